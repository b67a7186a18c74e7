// SPDX-License-Identifier: MIT
// Catch2, whichever of 2.13 and 3 there is, with one spelling for what the two name differently.
#ifndef SONDE_TESTS_SUPPORT_CATCH_HPP
#define SONDE_TESTS_SUPPORT_CATCH_HPP

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

namespace sonde::tests {

// Catch2 2 calls it Contains; in 3 that is the matcher for ranges.
inline auto contains_text(std::string const& text) {
#if __has_include(<catch2/catch_test_macros.hpp>)
    return Catch::Matchers::ContainsSubstring(text);
#else
    return Catch::Matchers::Contains(text);
#endif
}

}  // namespace sonde::tests

#endif
