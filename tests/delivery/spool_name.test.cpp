// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/spool_name.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using sonde::spool_name;

TEST_CASE("a name says when, who and which") {
    spool_name name(0x0123'4567'89ab'cdef, 0x1234, 0xfedc'ba98'7654'3210);
    CHECK(std::string(name.text()) == "0123456789abcdef-00001234-fedcba9876543210-00000000.spool");
    CHECK(name.owner() == "0123456789abcdef-00001234-fedcba9876543210");
    CHECK(name.moment() == 0x0123'4567'89ab'cdef);
    for (int i = 0; i < 26; ++i) { name.next(); }
    CHECK(std::string(name.text()) == "0123456789abcdef-00001234-fedcba9876543210-0000001a.spool");
    CHECK_FALSE(spool_name());
    CHECK(spool_name().owner().empty());
}

TEST_CASE("names are in the order of time, then of their numbers") {
    spool_name const first(9, 5, 5), second(10, 1, 1);
    auto third = second;
    third.next();
    CHECK(first < second);
    CHECK(second < third);
    CHECK(third == third);
}

TEST_CASE("only what is called so is read") {
    constexpr std::string_view good = "0123456789abcdef-00001234-fedcba9876543210-00000000.spool";
    spool_name name;
    REQUIRE(name.read(good));
    CHECK(name.text() == good);
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char const wrong : {'g', 'A', '/', '\0', ':', '`'}) {
            std::string text(good);
            text[i] = wrong;
            CHECK_FALSE(name.read(text));
        }
        CHECK_FALSE(name.read(good.substr(0, i)));
    }
    CHECK_FALSE(name.read(std::string(good) + "x"));
    CHECK_FALSE(name.read(""));
}
