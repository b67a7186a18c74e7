// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/meta/decimal_digits.hpp>

#include <cstdint>
#include <string>
#include <string_view>

TEST_CASE("six digits of every number that has no more") {
    for (std::uint32_t value = 0; value < 1'000'000; ++value) {
        char text[7] = "######";
        auto const* const end = sonde::meta::write_six_digits(text, value);
        auto const digits = std::to_string(value);
        if (end != text + 6 || std::string_view(text, 6) != std::string(6 - digits.size(), '0') + digits) {
            FAIL(value);
        }
    }
    SUCCEED();
}
