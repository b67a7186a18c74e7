// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/record.hpp>
#include <sonde/delivery/ring.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sonde::section;
using sonde::tests::captured;

std::string line(sonde::wire_event const& event) {
    std::string text;
    sonde::json_lines{}.write(event, text);
    return text;
}

std::string line_of_record(std::vector<std::uint64_t> const& words) {
    std::string text;
    sonde::read_record(reinterpret_cast<unsigned char const*>(words.data()),
                       [&](sonde::wire_event const& event) { text = line(event); });
    return text;
}

// By both ways: as a call's event, and in the wire's form; each fills its room to the last byte.
template <class Event>
std::string through_record(Event const& event, sonde::envelope const& from) {
    auto const layout = sonde::record_layout::of(event, from);
    std::vector<std::uint64_t> words(layout.size / 8 + 2, ~std::uint64_t{0});
    auto* const bytes = reinterpret_cast<unsigned char*>(words.data());
    layout.write(bytes, event, from);
    CHECK(bytes[layout.size] == 0xFF);
    return line_of_record(words);
}

sonde::call_finished plain_call(captured const& values) {
    auto event = values.call();
    event.channel = "TOOL";
    event.kind = sonde::kind::tool;
    event.timestamp = {1'760'000'000'123'456'789};
    event.duration_ns = 77;
    event.trace_id = {1, 2};
    event.span_id = {3};
    return event;
}

void check(sonde::call_finished const& event) {
    sonde::value_buffer none;
    auto const wire = sonde::to_wire(event, event, none, 65'536);
    auto const expected = line(wire);
    CHECK(through_record(event, event) == expected);
    CHECK(through_record(wire, event) == expected);
}

}  // namespace

TEST_CASE("an event comes out of a record as it went in") {
    captured values;
    values.add(section::input, "text", std::string_view("sixteen letters.")).add(section::input, "factor", 1.5);
    values.add_whole(section::output, 4);
    auto event = plain_call(values);
    SECTION("with nothing that is rare") {}
    SECTION("with a parent") { event.parent_span_id = {9}; }
    SECTION("in a run") { event.run_id = {10, 11}; }
    SECTION("of someone") {
        event.session_id = "session";
        event.user_id = "user";
    }
    SECTION("of someone without a session") { event.user_id = "user"; }
    SECTION("that cost something") { event.cost_usd = 0.25; }
    SECTION("that failed") {
        event.status = sonde::status::error;
        event.level = sonde::level::error;
        event.error_message = "std::runtime_error: no";
    }
    SECTION("with all of these") {
        event.parent_span_id = {9};
        event.run_id = {10, 11};
        event.session_id = "session";
        event.user_id = "user";
        event.cost_usd = 0.25;
        event.error_message = "why";
    }
    SECTION("with texts that are empty") { event.agent_id = event.event_type = event.channel = event.name = {}; }
    SECTION("with texts one behind the other") {
        static constexpr std::string_view texts = "search_tool_callTOOL";
        event.name = texts.substr(0, 6);
        event.event_type = texts.substr(6, 10);
        event.channel = texts.substr(16);
    }
    SECTION("with nothing captured") { event.input_data = event.output_data = event.metadata = {}; }
    check(event);
}

TEST_CASE("sections that lie apart come out of a record too") {
    captured in, out, metadata;
    in.add(section::input, "a", 1);
    out.add_whole(section::output, std::vector<int>{1, 2, 3});
    metadata.add(section::metadata, "tokens", 12U);
    auto event = plain_call(in);
    event.output_data = out.in(section::output);
    event.metadata = metadata.in(section::metadata);
    check(event);
}

TEST_CASE("members that have no key of their own come out of a record") {
    sonde::value_buffer members;
    sonde::envelope const from{.agent_id = "agent", .event_type = "order_created", .channel = "FUNCTION"};
    auto const wire = sonde::to_wire(sonde::tests::order_created{"A-1", 12.5}, from, members, 65'536);
    CHECK(through_record(wire, from) == line(wire));
    CHECK(line(wire).find(R"("order_id":"A-1","amount":12.5)") != std::string::npos);
}

TEST_CASE("a common call's record is short") {
    captured values;
    values.add(section::input, "text", std::string_view("sixteen letters.")).add(section::input, "number", 3);
    values.add(section::input, "factor", 1.5).add_whole(section::output, 4);
    CHECK(sonde::record_layout::of(plain_call(values), plain_call(values)).size <= 200);
}
