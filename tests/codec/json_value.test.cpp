// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_value.hpp>
#include <sonde/event/value_writer.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using sonde::tests::json;
using sonde::tests::value_on_wire;

std::string written(sonde::value_reader reader, std::size_t max_value_bytes = 65'536) {
    std::string out;
    sonde::text_writer writer(out);
    sonde::write_json_value(writer, reader, max_value_bytes);
    writer.finish();
    return out;
}

struct no_form {};

struct nested {
    std::unique_ptr<nested> next = {};
    int number = 0;
    using sonde_members =
        sonde::members<sonde::member<"next", &nested::next>, sonde::member<"number", &nested::number>>;
};

}  // namespace

TEST_CASE("scalars stand as themselves") {
    CHECK(value_on_wire(true) == true);
    CHECK(value_on_wire(false) == false);
    CHECK(value_on_wire(nullptr) == nullptr);
    CHECK(value_on_wire((std::numeric_limits<std::uint64_t>::max)()) == (std::numeric_limits<std::uint64_t>::max)());
    CHECK(value_on_wire((std::numeric_limits<std::int64_t>::min)()) == (std::numeric_limits<std::int64_t>::min)());
    CHECK(value_on_wire(std::numeric_limits<double>::denorm_min()) == std::numeric_limits<double>::denorm_min());
    CHECK(value_on_wire(0.1F).dump() == "0.1");
    CHECK(value_on_wire(std::numeric_limits<double>::quiet_NaN()) == nullptr);
    CHECK(value_on_wire("text") == "text");
    CHECK(value_on_wire(std::string("\0nul", 4)) == std::string("\0nul", 4));
}

TEST_CASE("a value without a form on the wire is its type's name") {
    auto const value = value_on_wire(no_form{});
    REQUIRE(value.is_object());
    CHECK_THAT(value.at("type").get<std::string>(), sonde::tests::contains_text("no_form"));
    CHECK(value.size() == 1);
}

TEST_CASE("structures nest") {
    CHECK(value_on_wire(std::vector<int>{}) == json::array());
    CHECK(value_on_wire(std::vector<std::vector<int>>{{}, {1}, {1, 2}}) == json::parse("[[],[1],[1,2]]"));
    CHECK(value_on_wire(std::map<std::string, int>{}) == json::object());
    CHECK(value_on_wire(std::map<std::string, std::vector<std::string>>{{"a", {"[", "{"}}, {"b", {}}}) ==
          json::parse(R"({"a":["[","{"],"b":[]})"));
    CHECK(value_on_wire(std::tuple(1, "a", std::optional<int>(), std::map<std::string, int>{{"k", 1}})) ==
          json::parse(R"([1,"a",null,{"k":1}])"));
}

TEST_CASE("keys are escaped like any text") {
    std::map<std::string, int> const hostile{{"\"", 1},   {"\n", 2}, {std::string("\0", 1), 3},
                                             {"\xff", 4}, {"", 5},   {"a\"}:{", 6}};
    auto const value = value_on_wire(hostile);
    CHECK(value.size() == 6);
    CHECK(value.at("\"") == 1);
    CHECK(value.at("\n") == 2);
    CHECK(value.at(std::string("\0", 1)) == 3);
    CHECK(value.at("\xEF\xBF\xBD") == 4);
    CHECK(value.at("") == 5);
    CHECK(value.at("a\"}:{") == 6);
}

TEST_CASE("what is nested deeper than a capture goes is still JSON") {
    nested chain;
    for (int number = 0; number < 1000; ++number) {
        auto further = std::make_unique<nested>(std::move(chain));
        chain.number = number;
        chain.next = std::move(further);
    }
    auto const value = value_on_wire(chain);
    auto const* level = &value;
    int depth = 0;
    for (; level->contains("next") && level->at("next").is_object(); level = &level->at("next")) { ++depth; }
    CHECK(depth > 100);
    CHECK(depth < 300);
}

TEST_CASE("strings over the limit are cut between characters and marked") {
    // Captured in full, for another sink, and cut here.
    sonde::tests::captured fields;
    fields.add(sonde::section::input, "text", "0123é56789");
    auto const cut = sonde::tests::wire_of(fields.call(), 5).at("input_data").at("text");
    CHECK(cut == json::parse(R"({"truncated":true,"bytes":11,"head":"0123"})"));

    // Cut when captured: the length is that of the whole string all the same.
    CHECK(value_on_wire(std::string(100, 'x'), 10) ==
          json::parse(R"({"truncated":true,"bytes":100,"head":"xxxxxxxxxx"})"));
    CHECK(value_on_wire(std::string(10, 'x'), 10) == std::string(10, 'x'));
}

TEST_CASE("bytes that end early end as JSON") {
    sonde::value_buffer buffer;
    sonde::value_writer writer(buffer, 1000);
    writer.begin_object();
    writer.key("a");
    writer.begin_array();
    writer.integer(std::int64_t{1});
    writer.string("two");
    writer.begin_object();
    writer.key("b");
    writer.boolean(true);
    writer.end();
    writer.end();
    writer.key("c");
    writer.number(0.5);
    writer.end();
    REQUIRE(json::parse(written({buffer.data(), buffer.size()})) ==
            json::parse(R"({"a":[1,"two",{"b":true}],"c":0.5})"));
    for (std::size_t size = 0; size < buffer.size(); ++size) {
        INFO("cut to " << size);
        CHECK_NOTHROW(json::parse(written({buffer.data(), size})));
    }
}

TEST_CASE("bytes that mean nothing are written as JSON") {
    std::mt19937 random(3);
    for (int i = 0; i < 50'000; ++i) {
        std::array<unsigned char, 24> bytes{};
        // Mostly marks of structure, in no order.
        for (auto& each : bytes) { each = static_cast<unsigned char>(random() % 3 == 0 ? random() : random() % 14); }
        auto const text = written({bytes.data(), random() % (bytes.size() + 1)});
        INFO(text);
        REQUIRE_NOTHROW(json::parse(text));
    }
}

TEST_CASE("brackets without end are closed") {
    std::vector<unsigned char> const arrays(5000, static_cast<unsigned char>(sonde::value_type::array));
    CHECK_NOTHROW(json::parse(written({arrays.data(), arrays.size()})));
    CHECK(written({nullptr, 0}) == "null");
}
