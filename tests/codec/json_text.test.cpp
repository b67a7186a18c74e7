// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/codec/json_text.hpp>

#include <nlohmann/json.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string written(std::string_view text) {
    std::string out;
    sonde::text_writer writer(out);
    sonde::write_json_string(writer, text);
    writer.finish();
    return out;
}

template <class Number>
std::string number(Number value) {
    std::string out;
    sonde::text_writer writer(out);
    sonde::write_json_number(writer, value);
    writer.finish();
    return out;
}

// What §5 of the wire format says of text, the slow way.
std::string valid(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto const length = sonde::meta::utf8_length(text);
        out += length == 0 ? "\xEF\xBF\xBD" : std::string(text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::string read_back(std::string_view text) { return nlohmann::json::parse(written(text)).get<std::string>(); }

}  // namespace

TEST_CASE("every character survives, wherever in a string it stands") {
    // Eight bytes are looked at together: each byte value at each place of two such words.
    for (std::size_t place = 0; place < 17; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(17, 'x');
            text[place] = static_cast<char>(byte);
            INFO("byte " << byte << " at " << place);
            REQUIRE(read_back(text) == valid(text));
        }
    }
}

TEST_CASE("a borrow in one byte does not hide or invent a special one in the next") {
    std::string_view const near = "\x1f\x20\x21\x22\x23\x5b\x5c\x5d\x7f\x00\x01";
    for (char first : near) {
        for (char second : near) {
            for (char third : near) {
                std::string const text{'a', first, second, third, 'b', first, third, second};
                REQUIRE(read_back(text) == text);
            }
        }
    }
}

TEST_CASE("strings without special characters are copied") {
    CHECK(written("") == R"("")");
    CHECK(written("a") == R"("a")");
    CHECK(written("12345678") == R"("12345678")");
    CHECK(written("123456789") == R"("123456789")");
    CHECK(written("/ is not escaped, nor is \x7f") == "\"/ is not escaped, nor is \x7f\"");
}

TEST_CASE("control characters are escaped") {
    CHECK(written(std::string_view("\0\x01\x1f", 3)) == R"("\u0000\u0001\u001f")");
    CHECK(written("\n\t\r\"\\") == R"("\n\t\r\"\\")");
}

TEST_CASE("each byte that is not well-formed UTF-8 becomes U+FFFD") {
    std::string const replacement = "\xEF\xBF\xBD";
    auto const times = [&](int count) {
        std::string all;
        while (count-- > 0) { all += replacement; }
        return all;
    };
    CHECK(read_back("\x80") == times(1));                      // a tail alone
    CHECK(read_back("\xC3") == times(1));                      // a lead alone
    CHECK(read_back("\xC3(") == times(1) + "(");               // a lead without its tail
    CHECK(read_back("\xC0\xAF\xC1\xBF") == times(4));          // overlong, two bytes
    CHECK(read_back("\xE0\x80\xAF") == times(3));              // overlong, three
    CHECK(read_back("\xF0\x80\x80\xAF") == times(4));          // overlong, four
    CHECK(read_back("\xED\xA0\x80\xED\xBF\xBF") == times(6));  // surrogates
    CHECK(read_back("\xF4\x90\x80\x80") == times(4));          // above U+10FFFF
    CHECK(read_back("\xF5\xFF\xFE") == times(3));              // never in UTF-8
    CHECK(read_back("\xE2\x82") == times(2));                  // cut short at the end
    CHECK(read_back("\xF0\x9F\x98") == times(3));
    CHECK(read_back("\xE2\x82x") == times(2) + "x");
}

TEST_CASE("well-formed UTF-8 stays as it is") {
    for (std::string_view text :
         {"é", "€", "😀", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
          "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "aé€😀aé€😀aé€😀"}) {
        CHECK(written(text) == '"' + std::string(text) + '"');
    }
}

TEST_CASE("random bytes are always a JSON string") {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 40, '\0');
        for (auto& each : text) { each = static_cast<char>(random()); }
        REQUIRE(read_back(text) == valid(text));
    }
}

TEST_CASE("a string of ten megabytes of the worst kind is written") {
    std::string const text(10'000'000, '\x01');
    auto const out = written(text);
    CHECK(out.size() == 60'000'002);
    CHECK(out.substr(out.size() - 7) == "\\u0001\"");
}

TEST_CASE("a number reads back as itself") {
    using limits = std::numeric_limits<double>;
    std::vector<double> values{0.0,
                               1.0,
                               -1.0,
                               0.1,
                               12.5,
                               0.0042,
                               100000.0,
                               123456.789,
                               1e-4,
                               9.99999e-5,
                               1e9,
                               1e9 - 1,
                               1e300,
                               1e-300,
                               5e-324,
                               (limits::max)(),
                               (limits::min)(),
                               limits::lowest(),
                               0.1 + 0.2,
                               1.0 / 3,
                               1e15,
                               1e16,
                               1e21,
                               999999999.999999,
                               0.000001,
                               2.0000005};
    std::mt19937_64 random(2);
    for (int i = 0; i < 200'000; ++i) {
        values.push_back(std::bit_cast<double>(random()));
        values.push_back(static_cast<double>(random() % 10'000'000'000) / 1e4);
    }
    for (auto value : values) {
        auto const text = number(value);
        if (!std::isfinite(value)) {
            REQUIRE(text == "null");
            continue;
        }
        INFO(text);
        auto const parsed = nlohmann::json::parse(text);
        REQUIRE(parsed.is_number());
        REQUIRE(parsed.get<double>() == value);
        REQUIRE(number(-value) == (value == 0 ? "-0.0" : value < 0 ? text.substr(1) : '-' + text));
    }
}

TEST_CASE("a number has no more digits than it needs") {
    CHECK(number(0.1) == "0.1");
    CHECK(number(12.5) == "12.5");
    CHECK(number(3.0) == "3");
    CHECK(number(100000.0) == "100000");
    CHECK(number(0.0042) == "0.0042");
    CHECK(number(-0.25) == "-0.25");
    CHECK(number(-0.0) == "-0.0");
    CHECK(std::signbit(nlohmann::json::parse(number(-0.0)).get<double>()));
    CHECK(number(-0.0F) == "-0.0");
    CHECK(number(0.0) == "0");
    CHECK(number(0.0F) == "0");
    CHECK(number(1e300) == "1e+300");
    CHECK(number(0.1F) == "0.1");  // not 0.10000000149011612
    CHECK(number(16777216.0F) == "16777216");
}

TEST_CASE("a number of many digits has the fewest that will do") {
    std::mt19937_64 random(4);
    for (int i = 0; i < 20'000; ++i) {
        auto const value = 1e9 + static_cast<double>(random() % 1'000'000'000'000'000) / 1e4;
        char text[64];
        auto const end = std::to_chars(text, text + sizeof text, value).ptr;
        REQUIRE(number(value) == std::string(text, end));
    }
}

TEST_CASE("what JSON has no number for is null") {
    CHECK(number(std::nan("")) == "null");
    CHECK(number(std::numeric_limits<double>::infinity()) == "null");
    CHECK(number(-std::numeric_limits<double>::infinity()) == "null");
    CHECK(number(std::nanf("")) == "null");
    CHECK(number(std::numeric_limits<float>::infinity()) == "null");
}
