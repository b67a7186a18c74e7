// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_reader.hpp>
#include <sonde/event/value_writer.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using sonde::value_buffer;
using sonde::value_reader;
using sonde::value_token;
using sonde::value_type;
using sonde::value_writer;

namespace {
value_reader reader_of(value_buffer const& buffer) { return {buffer.data(), buffer.size()}; }

// The next step, which must be there.
value_token next(value_reader& reader) {
    value_token token;
    REQUIRE(reader.next(token));
    return token;
}
}  // namespace

TEST_CASE("what is written is read") {
    value_buffer buffer;
    value_writer writer(buffer, 100);
    writer.begin_object();
    writer.key("all");
    writer.begin_array();
    writer.null();
    writer.boolean(true);
    writer.integer((std::numeric_limits<std::int64_t>::min)());
    writer.integer((std::numeric_limits<std::uint64_t>::max)());
    writer.number(0.1F);
    writer.number(std::numeric_limits<double>::denorm_min());
    writer.string(std::string_view("a\0b", 3));
    writer.string("");
    writer.opaque("ns::type");
    writer.end();
    writer.end();
    CHECK(writer.complete());
    CHECK(writer.missed() == 0);

    auto reader = reader_of(buffer);
    CHECK(reader.peek() == value_type::object);
    CHECK(next(reader).type == value_type::object);
    auto token = next(reader);
    CHECK(token.type == value_type::key);
    CHECK(token.text == "all");
    CHECK(next(reader).type == value_type::array);
    CHECK(next(reader).type == value_type::null);
    token = next(reader);
    CHECK(token.type == value_type::boolean);
    CHECK(token.boolean);
    token = next(reader);
    CHECK(token.type == value_type::signed_integer);
    CHECK(token.signed_integer == (std::numeric_limits<std::int64_t>::min)());
    token = next(reader);
    CHECK(token.type == value_type::unsigned_integer);
    CHECK(token.unsigned_integer == (std::numeric_limits<std::uint64_t>::max)());
    token = next(reader);
    CHECK(token.type == value_type::float32);
    CHECK(token.float32 == 0.1F);
    token = next(reader);
    CHECK(token.type == value_type::float64);
    CHECK(token.float64 == std::numeric_limits<double>::denorm_min());
    token = next(reader);
    CHECK(token.type == value_type::string);
    CHECK(token.text == std::string_view("a\0b", 3));
    CHECK(next(reader).text.empty());
    token = next(reader);
    CHECK(token.type == value_type::opaque);
    CHECK(token.text == "ns::type");
    CHECK(next(reader).type == value_type::end);
    CHECK(next(reader).type == value_type::end);
    CHECK(reader.done());
    CHECK_FALSE(reader.next(token));
    CHECK(reader.peek() == value_type::end);
}

TEST_CASE("a string over the limit keeps its head and its length") {
    value_buffer buffer;
    value_writer writer(buffer, 5);
    writer.string("12345");
    writer.string("1234\xC3\xA9");
    CHECK(writer.complete());
    auto reader = reader_of(buffer);
    CHECK(next(reader).type == value_type::string);
    auto const token = next(reader);
    CHECK(token.type == value_type::cut_string);
    CHECK(token.text == "1234");
    CHECK(token.unsigned_integer == 6);
}

TEST_CASE("what can't be kept is measured as text") {
    value_buffer buffer;
    value_writer writer(buffer, 10);
    writer.begin_array();
    std::uint64_t text = 1;  // the bracket
    for (int i = 0; i < 10'000; ++i) {
        writer.integer(std::int64_t{12'345});
        text += 6;  // with a comma, or the closing bracket
    }
    writer.end();
    CHECK_FALSE(writer.complete());
    CHECK(buffer.size() < 10 * 5 + 1024 + 100);
    auto const kept = (buffer.size() - 1) / 9;  // a tag and eight bytes each
    CHECK(writer.missed() == text - 1 - kept * 6 + 1);
}

TEST_CASE("an endless range comes to an end") {
    value_buffer buffer;
    value_writer writer(buffer, 10);
    writer.begin_array();
    std::uint64_t count = 0;
    for (; writer.wants_more() && count < 100'000'000; ++count) { writer.boolean(false); }
    CHECK(count < 100'000);
    CHECK(count > 65'536);
    CHECK_FALSE(writer.complete());

    // Of long texts, before that.
    value_writer texts(buffer, 100);
    std::string const text(100, 'x');
    texts.begin_array();
    for (count = 0; texts.wants_more() && count < 100'000'000; ++count) { texts.string(text); }
    CHECK(count * 103 > 65'536);
    CHECK(texts.missed() <= value_writer::measured_bytes + 103);
    CHECK_FALSE(texts.complete());
}

TEST_CASE("what is kept in few bytes is not taken for complete when no more is wanted") {
    value_buffer buffer;
    value_writer writer(buffer, 65'536);
    writer.begin_array();
    std::uint64_t count = 0;
    for (; writer.wants_more() && count < 100'000'000; ++count) { writer.null(); }
    CHECK(count < 400'000);
    CHECK_FALSE(writer.complete());
}

TEST_CASE("a key in an array is redacted as one in an object") {
    value_buffer buffer;
    std::string_view const redacted[] = {"token"};
    value_writer writer(buffer, {100, redacted, 1});
    writer.begin_array();
    CHECK(writer.string_key("other"));
    CHECK_FALSE(writer.string_key("Token"));
    writer.end();
    auto reader = reader_of(buffer);
    CHECK(next(reader).type == value_type::array);
    CHECK(next(reader).text == "other");
    CHECK(next(reader).text == "Token");
    CHECK(next(reader).text == sonde::redacted_text);
}

TEST_CASE("what was written can be taken back") {
    value_buffer buffer;
    value_writer writer(buffer, 100);
    writer.begin_array();
    auto const here = writer.here();
    writer.begin_object();
    writer.key("half");
    writer.back_to(here);
    writer.integer(std::int64_t{1});
    writer.end();
    auto reader = reader_of(buffer);
    CHECK(next(reader).type == value_type::array);
    CHECK(next(reader).signed_integer == 1);
    CHECK(next(reader).type == value_type::end);
    CHECK(reader.done());
}

TEST_CASE("the value of a redacted key is left out, whatever it is") {
    std::string_view const keys[] = {"Password", "token"};
    value_buffer buffer;
    value_writer writer(buffer, {100, keys, 2});
    writer.begin_object();
    writer.key("PASSWORD");
    writer.string("secret");
    writer.key("other");
    writer.integer(std::int64_t{1});
    writer.key("token");
    writer.begin_array();
    writer.string("secret");
    writer.begin_object();
    writer.key("deep");
    writer.string("secret");
    writer.end();
    writer.end();
    writer.key("last");
    writer.integer(std::int64_t{2});
    writer.end();
    CHECK(std::string_view(reinterpret_cast<char const*>(buffer.data()), buffer.size()).find("secret") ==
          std::string_view::npos);
    auto reader = reader_of(buffer);
    CHECK(next(reader).type == value_type::object);
    for (std::string_view const expected : {"PASSWORD", "[REDACTED]", "other", "", "token", "[REDACTED]", "last", ""}) {
        CHECK(next(reader).text == expected);
    }
    CHECK(next(reader).type == value_type::end);
    CHECK(reader.done());
}

TEST_CASE("a reader believes no length") {
    unsigned char const bytes[] = {static_cast<unsigned char>(value_type::string), 0xFF, 0xFF, 0xFF, 0xFF, 'a'};
    value_token token;
    CHECK_FALSE(value_reader(bytes, sizeof bytes).next(token));
    unsigned char const unknown[] = {200, 1, 2, 3};
    value_reader reader(unknown, sizeof unknown);
    CHECK_FALSE(reader.next(token));
    CHECK(reader.done());
    unsigned char const boolean[] = {static_cast<unsigned char>(value_type::boolean), 77};
    REQUIRE(value_reader(boolean, sizeof boolean).next(token));
    CHECK(token.boolean);
}
