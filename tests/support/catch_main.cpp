// SPDX-License-Identifier: MIT
// Catch2 2.13's own code and its main: seconds to compile, so once for all tests.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
