// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/crc32c.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using sonde::crc32c;

namespace {
// RFC 3720, B.4, and the check value of the catalogue of parametrised CRC algorithms.
constexpr bool known_values() {
    char zeros[32] = {}, ones[32] = {}, up[32] = {}, down[32] = {};
    for (int i = 0; i < 32; ++i) {
        ones[i] = static_cast<char>(-1);
        up[i] = static_cast<char>(i);
        down[i] = static_cast<char>(31 - i);
    }
    return crc32c("") == 0 && crc32c("123456789") == 0xE306'9283 && crc32c({zeros, 32}) == 0x8A91'36AA &&
           crc32c({ones, 32}) == 0x62A8'AB43 && crc32c({up, 32}) == 0x46DD'794E && crc32c({down, 32}) == 0x113F'DB5C;
}
static_assert(known_values());
}  // namespace

TEST_CASE("the sums are those that others have published") { CHECK(known_values()); }

TEST_CASE("a sum can be made in pieces, wherever they are cut") {
    std::string text;
    for (int i = 0; i < 100; ++i) { text += static_cast<char>(i * 37); }
    auto const whole = crc32c(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CHECK(crc32c(std::string_view(text).substr(cut), crc32c(std::string_view(text).substr(0, cut))) == whole);
    }
}

TEST_CASE("one wrong bit shows") {
    std::string text(100, 'x');
    auto const right = crc32c(text);
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        auto& byte = text[bit / 8];
        byte = static_cast<char>(byte ^ 1 << bit % 8);
        CHECK(crc32c(text) != right);
        byte = static_cast<char>(byte ^ 1 << bit % 8);
    }
}
