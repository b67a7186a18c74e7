// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/codec.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using sonde::section;
using sonde::tests::captured;
using sonde::tests::json;
using sonde::tests::line_of;
using sonde::tests::wire_of;

TEST_CASE("json_lines obeys the laws of codecs") { sonde::tests::obeys_codec_laws(sonde::json_lines{}); }

TEST_CASE("a call is the line that the wire format shows") {
    captured fields;
    fields.add(section::input, "query", "test").add_whole(section::output, 3).add(section::metadata, "model", "gpt-4");
    auto event = fields.call();
    event.agent_id = "demo_agent";
    event.timestamp = {1'792'152'000'123'456'789};
    event.kind = sonde::kind::tool;
    event.channel = "TOOL";
    event.cost_usd = 0.0042;
    event.duration_ns = 350'123'456;
    event.trace_id = {0x0123'4567'89AB'CDEF, 0x0011'2233'4455'6677};
    event.span_id = {0xA0B0'C0D0'E0F0'0102};
    event.parent_span_id = {1};
    event.run_id = {0x0011'2233'4455'6677, 0x8899'AABB'CCDD'EEFF};
    event.session_id = "conv_123";
    event.user_id = "jane";
    CHECK(
        line_of(event) ==
        R"({"agent_id":"demo_agent","event_type":"tool_call","timestamp":"2026-10-16T12:00:00.123456Z",)"
        R"("input_data":{"query":"test"},"output_data":{"value":3},"metadata":{"model":"gpt-4"},)"
        R"("cost_usd":0.0042,"latency_ms":350,"status":"success","error_message":null,)"
        R"("name":"search","kind":"tool","channel":"TOOL","level":"info","duration_ns":350123456,)"
        R"("trace_id":"0123456789abcdef0011223344556677","span_id":"a0b0c0d0e0f00102","parent_span_id":"0000000000000001",)"
        R"("run_id":"00112233-4455-6677-8899-aabbccddeeff","session_id":"conv_123","user_id":"jane"})"
        "\n");
}

TEST_CASE("what is not known is null, and every key is there") {
    auto const wire = wire_of(sonde::call_finished{});
    std::vector<std::string> keys;
    for (auto const& [key, value] : wire.items()) { keys.push_back(key); }
    CHECK(keys == std::vector<std::string>{"agent_id", "event_type", "timestamp",      "input_data", "output_data",
                                           "metadata", "cost_usd",   "latency_ms",     "status",     "error_message",
                                           "name",     "kind",       "channel",        "level",      "duration_ns",
                                           "trace_id", "span_id",    "parent_span_id", "run_id",     "session_id",
                                           "user_id"});
    for (auto const* key : {"cost_usd", "error_message", "parent_span_id", "run_id", "session_id", "user_id"}) {
        INFO(key);
        CHECK(wire.at(key).is_null());
    }
    CHECK(wire.at("trace_id") == std::string(32, '0'));
    CHECK(wire.at("span_id") == std::string(16, '0'));
}

TEST_CASE("latency is rounded half up, duration exact") {
    auto const of = [](std::uint64_t duration) {
        sonde::call_finished event;
        event.duration_ns = duration;
        auto const wire = wire_of(event);
        CHECK(wire.at("duration_ns") == duration);
        return wire.at("latency_ms").get<std::uint64_t>();
    };
    CHECK(of(0) == 0);
    CHECK(of(499'999) == 0);
    CHECK(of(500'000) == 1);
    CHECK(of(1'499'999) == 1);
    CHECK(of(1'500'000) == 2);
    CHECK(of((std::numeric_limits<std::uint64_t>::max)()) == 18'446'744'073'710);
}

TEST_CASE("the timestamp is UTC to the microsecond, for every value there is") {
    auto const of = [](std::int64_t nanoseconds) {
        sonde::call_finished event;
        event.timestamp = {nanoseconds};
        return wire_of(event).at("timestamp").get<std::string>();
    };
    CHECK(of(0) == "1970-01-01T00:00:00.000000Z");
    CHECK(of(999) == "1970-01-01T00:00:00.000000Z");
    CHECK(of(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(of(951'827'696'789'012'345) == "2000-02-29T12:34:56.789012Z");
    CHECK(of(4'102'444'799'999'999'999) == "2099-12-31T23:59:59.999999Z");
    CHECK(of((std::numeric_limits<std::int64_t>::max)()) == "2262-04-11T23:47:16.854775Z");
    CHECK(of((std::numeric_limits<std::int64_t>::min)()) == "1677-09-21T00:12:43.145224Z");
}

TEST_CASE("every kind, level and status has its word") {
    sonde::call_finished event;
    std::vector<std::string> words;
    for (auto kind : {sonde::kind::function, sonde::kind::tool, sonde::kind::model, sonde::kind::agent,
                      sonde::kind::retrieval, sonde::kind::handler}) {
        event.kind = kind;
        words.push_back(wire_of(event).at("kind"));
    }
    for (auto level : {sonde::level::debug, sonde::level::info, sonde::level::warning, sonde::level::error,
                       sonde::level::critical, sonde::level::security_alert}) {
        event.level = level;
        words.push_back(wire_of(event).at("level"));
    }
    for (auto status : {sonde::status::success, sonde::status::error, sonde::status::blocked}) {
        event.status = status;
        words.push_back(wire_of(event).at("status"));
    }
    CHECK(words == std::vector<std::string>{"function", "tool", "model", "agent", "retrieval", "handler", "debug",
                                            "info", "warning", "error", "critical", "security_alert", "success",
                                            "error", "blocked"});
}

TEST_CASE("the other library events land on the same keys") {
    captured fields;
    fields.add(section::input, "in", 1).add(section::output, "out", 2).add(section::metadata, "meta", 3);

    sonde::call_started started;
    started.name = "search";
    started.kind = sonde::kind::model;
    started.input_data = fields.in(section::input);
    auto wire = wire_of(started);
    CHECK(wire.at("name") == "search");
    CHECK(wire.at("kind") == "model");
    CHECK(wire.at("input_data") == json::parse(R"({"in":1})"));
    CHECK(wire.at("latency_ms").is_null());
    CHECK(wire.at("duration_ns").is_null());
    CHECK(wire.at("status") == "success");

    sonde::run_started run;
    run.event_type = "run_started";
    run.name = "research";
    run.metadata = fields.in(section::metadata);
    wire = wire_of(run);
    CHECK(wire.at("kind") == "agent");
    CHECK(wire.at("metadata") == json::parse(R"({"meta":3})"));

    sonde::run_finished finished;
    finished.name = "research";
    finished.status = sonde::status::error;
    finished.error_message = "std::runtime_error: no";
    finished.duration_ns = 2'000'000;
    finished.output_data = fields.in(section::output);
    wire = wire_of(finished);
    CHECK(wire.at("kind") == "agent");
    CHECK(wire.at("status") == "error");
    CHECK(wire.at("error_message") == "std::runtime_error: no");
    CHECK(wire.at("latency_ms") == 2);
    CHECK(wire.at("output_data") == json::parse(R"({"out":2})"));

    sonde::fields_emitted emitted;
    emitted.name = "decision";
    emitted.cost_usd = std::nan("");
    emitted.input_data = fields.in(section::input);
    wire = wire_of(emitted);
    CHECK(wire.at("name") == "decision");
    CHECK(wire.at("cost_usd").is_null());
    CHECK(wire.at("input_data") == json::parse(R"({"in":1})"));
}

TEST_CASE("a user's event is input, beside an envelope") {
    sonde::envelope const from{
        .agent_id = "a", .event_type = "order_created", .channel = "X", .level = sonde::level::error};
    std::string line;
    sonde::json_lines{}.encode(sonde::tests::order_created{"o-1", 12.5}, from, line);
    auto const wire = json::parse(line);
    CHECK(wire.at("input_data") == json::parse(R"({"order_id":"o-1","amount":12.5})"));
    CHECK(wire.at("name") == "order_created");
    CHECK(wire.at("kind") == "function");
    CHECK(wire.at("level") == "error");

    line.clear();
    sonde::json_lines{}.encode(sonde::tests::stock_low{3}, from, line);
    CHECK(json::parse(line).at("kind") == "handler");
}

TEST_CASE("texts of the envelope are escaped like any other") {
    captured fields;
    auto event = fields.call();
    std::string const hostile("\"}\n\0\xff\\", 6), expected("\"}\n\0\xEF\xBF\xBD\\", 8);
    event.agent_id = event.event_type = event.channel = event.name = event.session_id = event.user_id =
        event.error_message = hostile;
    auto const wire = wire_of(event);
    for (auto const* key : {"agent_id", "event_type", "channel", "name", "session_id", "user_id", "error_message"}) {
        INFO(key);
        CHECK(wire.at(key) == expected);
    }
}

TEST_CASE("an error message beyond the limit is cut, and says so") {
    captured fields;
    auto event = fields.call();
    std::string const message(100, 'x');
    event.error_message = message;
    CHECK(wire_of(event, 100).at("error_message") == message);
    CHECK(wire_of(event, 10).at("error_message") == "xxxxxxxxxx… (100 bytes)");
}

TEST_CASE("ten megabytes are cut when they are captured") {
    CHECK(sonde::tests::value_on_wire(std::string(10'000'000, 'x')).at("bytes") == 10'000'000);
    CHECK(sonde::tests::value_on_wire(std::string(10'000'000, 'x'), 10'000'000).get<std::string>().size() ==
          10'000'000);
}

TEST_CASE("a line's beginning is told from a line, and from what was never one") {
    auto const line = line_of(captured{}.add(section::input, "a\"\\{", std::vector<std::string>{"}", "\\\""}).call());
    auto const whole = line.substr(0, line.size() - 1);
    CHECK_FALSE(sonde::json_lines::torn(whole));
    for (std::size_t size = 1; size < whole.size(); ++size) {
        INFO("the first " << size);
        REQUIRE(sonde::json_lines::torn(std::string_view(whole).substr(0, size)));
    }
    CHECK(sonde::json_lines::torn(whole + "x"));
    CHECK_FALSE(sonde::json_lines::torn(""));
    CHECK_FALSE(sonde::json_lines::torn("notes of mine"));
}
