// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/meta/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using sonde::meta::utf8_head;
using sonde::meta::utf8_length;

namespace {

// UTF-8 by its definition: what encoding some code point gives.
std::string encoded(std::uint32_t point) {
    auto const tail = [&](unsigned shift) { return static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
    if (point < 0x80) { return {static_cast<char>(point)}; }
    if (point < 0x800) { return {static_cast<char>(0xC0U | point >> 6), tail(0)}; }
    if (point < 0x10000) { return {static_cast<char>(0xE0U | point >> 12), tail(6), tail(0)}; }
    return {static_cast<char>(0xF0U | point >> 18), tail(12), tail(6), tail(0)};
}

constexpr bool in_a_constant() {
    return utf8_length("") == 0 && utf8_length("a") == 1 && utf8_length("\xC3\xA9") == 2 && utf8_length("\xFF") == 0 &&
           utf8_head("a\xC3\xA9", 2) == "a";
}
static_assert(in_a_constant());

}  // namespace

TEST_CASE("every code point has a length, except surrogates") {
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        auto const text = encoded(point);
        auto const surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (utf8_length(text + "x") != (surrogate ? 0 : text.size())) { FAIL("code point " << point); }
        // Cut short, it is none.
        for (std::size_t size = 1; size < text.size(); ++size) {
            if (utf8_length(std::string_view(text).substr(0, size)) != 0) { FAIL("cut code point " << point); }
        }
    }
    SUCCEED();
}

TEST_CASE("no other bytes have one") {
    // All sequences of two and three bytes, and of four where the first three could begin one.
    std::size_t well_formed = 0;
    for (unsigned first = 0x80; first < 0x100; ++first) {
        for (unsigned second = 0; second < 0x100; ++second) {
            for (unsigned third = 0; third < 0x100; third += 0x3F) {
                std::string const text{static_cast<char>(first), static_cast<char>(second), static_cast<char>(third),
                                       '\x80'};
                auto const length = utf8_length(text);
                if (length == 0) { continue; }
                ++well_formed;
                // Decoded and encoded again it is the same.
                std::uint32_t point = first & (0xFFU >> (length + 1));
                for (std::size_t i = 1; i < length; ++i) {
                    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
                }
                REQUIRE(encoded(point) == text.substr(0, length));
                REQUIRE(point <= 0x10FFFF);
            }
        }
    }
    CHECK(well_formed > 1000);
    for (char byte : {'\x80', '\xBF', '\xC0', '\xC1', '\xF5', '\xFF'}) {
        CHECK(utf8_length(std::string{byte, '\x80', '\x80', '\x80'}) == 0);
    }
}

TEST_CASE("a head ends between characters") {
    std::string const text = "aé€😀z";  // 1 + 2 + 3 + 4 + 1 bytes
    std::size_t const ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (std::size_t bytes = 0; bytes < 13; ++bytes) {
        INFO(bytes);
        CHECK(utf8_head(text, bytes) == text.substr(0, ends[bytes]));
    }
    CHECK(utf8_head("", 0).empty());
}

TEST_CASE("a head of what is no UTF-8 is as long as it may be") {
    CHECK(utf8_head("\x80\x80\x80\x80", 3).size() == 3);
    CHECK(utf8_head("\xF0\x9F\x98x", 2).size() == 2);  // begins a character that never ends
    CHECK(utf8_head("abc\xFF\xFF", 4).size() == 4);
}
