// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/field_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_writer.hpp>

#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using sonde::fields;
using sonde::section;
using sonde::value_buffer;
using sonde::value_writer;

namespace {

template <class Write>
void add(value_buffer& buffer, section in, std::string_view key, Write write, bool whole = false) {
    REQUIRE(sonde::write_field(buffer, in, key, whole, 1000, write));
}

fields of(value_buffer const& buffer, section in) { return {buffer.data(), buffer.size(), in}; }

std::vector<std::string> keys_of(fields const& view) {
    std::vector<std::string> keys;
    for (auto const& each : view) { keys.emplace_back(each.key); }
    return keys;
}

}  // namespace

TEST_CASE("a section shows its own fields, in order") {
    value_buffer buffer;
    add(buffer, section::input, "a", [](value_writer& writer) { writer.integer(std::int64_t{1}); });
    add(buffer, section::output, "", [](value_writer& writer) { writer.string("result"); }, true);
    add(buffer, section::input, "b", [](value_writer& writer) { writer.boolean(true); });
    add(buffer, section::metadata, "c", [](value_writer& writer) { writer.number(0.5); });
    add(buffer, section::input, "", [](value_writer& writer) { writer.null(); });

    CHECK(keys_of(of(buffer, section::input)) == std::vector<std::string>{"a", "b", ""});
    CHECK(keys_of(of(buffer, section::metadata)) == std::vector<std::string>{"c"});
    auto const output = of(buffer, section::output);
    CHECK_FALSE(output.empty());
    CHECK(output.begin()->whole);
    CHECK(output.begin()->in == section::output);
    CHECK(std::next(output.begin()) == output.end());
    CHECK(fields().empty());
    CHECK(of(value_buffer(), section::input).empty());
}

TEST_CASE("a scalar is read by its key and type") {
    value_buffer buffer;
    auto const most = (std::numeric_limits<std::uint64_t>::max)();
    add(buffer, section::input, "number", [](value_writer& writer) { writer.integer(std::int64_t{-7}); });
    add(buffer, section::input, "large", [&](value_writer& writer) { writer.integer(most); });
    add(buffer, section::input, "text", [](value_writer& writer) { writer.string("x"); });
    add(buffer, section::input, "half", [](value_writer& writer) { writer.number(0.5F); });
    add(buffer, section::input, "flag", [](value_writer& writer) { writer.boolean(true); });
    add(buffer, section::input, "twice", [](value_writer& writer) { writer.integer(std::int64_t{1}); });
    add(buffer, section::input, "twice", [](value_writer& writer) { writer.integer(std::int64_t{2}); });
    auto const view = of(buffer, section::input);
    CHECK(view.get<int>("number") == -7);
    CHECK(view.get<std::int64_t>("number") == -7);
    CHECK_FALSE(view.get<unsigned>("number"));  // does not hold it
    CHECK_FALSE(view.get<std::uint64_t>("number"));
    CHECK(view.get<std::uint64_t>("large") == most);
    CHECK_FALSE(view.get<std::int64_t>("large"));
    CHECK_FALSE(view.get<int>("large"));
    CHECK(view.get<std::string_view>("text") == "x");
    CHECK_FALSE(view.get<int>("text"));
    CHECK(view.get<double>("half") == 0.5);
    CHECK_FALSE(view.get<int>("half"));
    CHECK(view.get<bool>("flag") == true);
    CHECK_FALSE(view.get<int>("flag"));
    CHECK(view.get<int>("twice") == 2);
    CHECK_FALSE(view.get<int>("missing"));
}

TEST_CASE("a field that was cut says so") {
    value_buffer buffer;
    auto const write = [](value_writer& writer) {
        writer.begin_array();
        for (int i = 0; i < 10'000; ++i) { writer.boolean(true); }
        writer.end();
    };
    REQUIRE(sonde::write_field(buffer, section::input, "long", false, 10, write));
    add(buffer, section::input, "next", [](value_writer& writer) { writer.null(); });
    auto const view = of(buffer, section::input);
    CHECK(view.begin()->cut);
    CHECK(view.begin()->missed > 10'000);
    CHECK(keys_of(view) == std::vector<std::string>{"long", "next"});
    CHECK_FALSE(std::next(view.begin())->cut);
}

TEST_CASE("a key as long as can be is kept, a longer one cut between characters") {
    value_buffer buffer;
    std::string const longest(fields::max_key_bytes, 'k');
    std::string const longer = std::string(fields::max_key_bytes - 1, 'k') + "\xC3\xA9";
    add(buffer, section::input, longest, [](value_writer& writer) { writer.null(); });
    add(buffer, section::input, longer, [](value_writer& writer) { writer.null(); });
    auto const keys = keys_of(of(buffer, section::input));
    REQUIRE(keys.size() == 2);
    CHECK((keys[0] == longest));
    CHECK((keys[1] == longer.substr(0, fields::max_key_bytes - 1)));
}

TEST_CASE("bytes that end early, or lie, show no more fields") {
    value_buffer buffer;
    add(buffer, section::input, "a", [](value_writer& writer) { writer.string("text"); });
    add(buffer, section::input, "b", [](value_writer& writer) { writer.string("text"); });
    for (std::size_t size = 0; size < buffer.size(); ++size) {
        auto const keys = keys_of({buffer.data(), size, section::input});
        CHECK(keys.size() == (size < buffer.size() / 2 ? 0 : 1));
    }
    buffer.data()[0] = 0xFF;  // the first one's size
    buffer.data()[1] = 0xFF;
    CHECK(of(buffer, section::input).empty());
}
