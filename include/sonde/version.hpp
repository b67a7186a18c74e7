// SPDX-License-Identifier: MIT
// The version of this library, for the preprocessor; everything that packages Sonde reads it from here.
#ifndef SONDE_VERSION_HPP
#define SONDE_VERSION_HPP

// major * 10'000 + minor * 100 + patch: 0.1.0
#define SONDE_VERSION 100

#endif
