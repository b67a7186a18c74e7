// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/codec/text_writer.hpp>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

using sonde::text_writer;

TEST_CASE("a text writer writes behind what is there") {
    std::string text = "before ";
    {
        text_writer writer(text);
        writer.literal("literal ");
        writer.text("text");
        writer.character('!');
        writer.number(std::uint64_t{18'446'744'073'709'551'615U});
        writer.number(INT64_MIN);
        writer.hex(0x0123'4567'89AB'CDEF);
        CHECK(writer.last() == 'f');
        writer.finish();
        CHECK(text == "before literal text!18446744073709551615-92233720368547758080123456789abcdef");
    }
    CHECK(text == "before literal text!18446744073709551615-92233720368547758080123456789abcdef");
}

TEST_CASE("a text writer that is not finished leaves nothing") {
    std::string text = "before";
    { text_writer(text).text("lost"); }
    CHECK(text == "before");
}

TEST_CASE("a text writer takes back what it wrote") {
    std::string text = "before";
    text_writer writer(text);
    writer.text("kept");
    auto const here = writer.position();
    writer.text("not kept");
    CHECK(writer.since(here) == "not kept");
    writer.back_to(here);
    writer.finish();
    CHECK(text == "beforekept");
}

TEST_CASE("a text writer grows as far as it must, whatever it is given") {
    std::string text, expected;
    text_writer writer(text);
    for (std::size_t size : {0U, 1U, 1023U, 1024U, 1025U, 100'000U, 3U, 5'000'000U}) {
        std::string const piece(size, static_cast<char>('a' + size % 26));
        writer.text(piece);
        writer.character('|');
        writer.number(size);
        expected += piece + '|' + std::to_string(size);
    }
    writer.finish();
    CHECK((text == expected));  // not shown: it has megabytes
}

TEST_CASE("hexadecimal digits are those of every nibble, in order") {
    std::mt19937_64 random(5);
    for (int i = 0; i < 10'000; ++i) {
        auto const value = i < 16 ? static_cast<std::uint64_t>(i) * 0x1111'1111'1111'1111 : random();
        char expected[17];
        std::snprintf(expected, sizeof expected, "%016llx", static_cast<unsigned long long>(value));
        std::string out;
        sonde::text_writer writer(out);
        writer.hex(value);
        writer.finish();
        REQUIRE(out == expected);
    }
}

TEST_CASE("what is kept stays, whatever becomes of the rest") {
    std::string out = "before ";
    {
        sonde::text_writer writer(out);
        writer.text("kept");
        writer.keep();
        writer.text(" lost");
    }
    CHECK(out == "before kept");
}
