// SPDX-License-Identifier: MIT
// What has to be a macro: how an entity is shared by all libraries of a process.
#ifndef SONDE_CONFIG_HPP
#define SONDE_CONFIG_HPP

// Libraries built with -fvisibility=hidden would each have their own current span, and could not catch each other's
// exceptions: what must be one in a process says so.
#if defined(_WIN32)
#define SONDE_SHARED
#else
#define SONDE_SHARED __attribute__((visibility("default")))
#endif

#endif
