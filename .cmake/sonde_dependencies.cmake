# SPDX-License-Identifier: MIT
# What Sonde itself needs. The installed sondeConfig.cmake asks for the same.
if(SONDE_FMT_HEADER_ONLY)
  set(sonde_fmt_target fmt::fmt-header-only)
else()
  set(sonde_fmt_target fmt::fmt)
endif()

# FindBoost left CMake with 3.30; Boost's own config files serve both.
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()

# A project that brings its own fmt or Boost has the targets already.
if(NOT TARGET ${sonde_fmt_target})
  find_package(fmt 9...<13 REQUIRED)
endif()
if(NOT TARGET Boost::headers)
  find_package(Boost 1.74 REQUIRED)
endif()

# For sonde::http, which is there when they are.
if(NOT TARGET CURL::libcurl)
  find_package(CURL 7.68 QUIET)
endif()
if(NOT TARGET ZLIB::ZLIB)
  find_package(ZLIB QUIET)
endif()
