// SPDX-License-Identifier: MIT
// All of Sonde that needs Boost.Hana and fmt only: the header to include.
#ifndef SONDE_SONDE_HPP
#define SONDE_SONDE_HPP

// The first, so that what it refuses is told with few lines of who includes it.
#include <sonde/call/hook_fits.hpp>
#include <sonde/config.hpp>
#include <sonde/context/bind_context.hpp>
#include <sonde/context/monitored_in.hpp>
#include <sonde/event/members_listed.hpp>
#include <sonde/hook/call.hpp>
#include <sonde/hook/concept.hpp>
#include <sonde/hook/verdict.hpp>
#include <sonde/monitor.hpp>
#include <sonde/monitored.hpp>
#include <sonde/options.hpp>
#include <sonde/sink/console.hpp>
#include <sonde/sink/fan_out.hpp>
#include <sonde/sink/file.hpp>
#include <sonde/sink/filtered.hpp>
#include <sonde/sink/memory.hpp>
#include <sonde/sink/null.hpp>
#include <sonde/version.hpp>

// Set by the CMake target sonde::http, which brings libcurl and zlib.
#if defined(SONDE_WITH_HTTP)
#include <sonde/sink/http.hpp>
#endif

#endif
