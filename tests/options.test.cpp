// SPDX-License-Identifier: MIT
// What each option does to the event of a call.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/options.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace sonde::literals;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

static_assert(sonde::option<sonde::tool> && sonde::option<sonde::args<"a">> && sonde::option<sonde::warning>);
static_assert(!sonde::option<int> && !sonde::option<sonde::null_sink> && !sonde::option<void>);

struct letting_through {
    sonde::proceed before(auto&) { return {}; }
};

template <class... Options>
json event_of() {
    auto mon = watched();
    sonde::monitored<"site", Options...>(
        mon, [](int a, std::string_view b) { return std::string(b) + std::to_string(a); })(1, "two");
    return last_event(mon);
}

}  // namespace

TEST_CASE("a site without options is a function") {
    auto const event = event_of<>();
    CHECK(event["event_type"] == "function_call");
    CHECK(event["channel"] == "FUNCTION");
    CHECK(event["kind"] == "function");
    CHECK(event["level"] == "info");
    CHECK(event["name"] == "site");
    CHECK(event["agent_id"] == "tests");
    CHECK(event["input_data"] == json{{"arg0", 1}, {"arg1", "two"}});
    CHECK(event["output_data"] == json{{"value", "two1"}});
    CHECK(event["error_message"].is_null());
}

TEST_CASE("kinds set the event type and the channel") {
    auto const is = [](json const& event, char const* kind, char const* type, char const* channel) {
        CHECK(event["kind"] == kind);
        CHECK(event["event_type"] == type);
        CHECK(event["channel"] == channel);
    };
    is(event_of<sonde::function>(), "function", "function_call", "FUNCTION");
    is(event_of<sonde::tool>(), "tool", "tool_call", "TOOL");
    is(event_of<sonde::model>(), "model", "model_call", "LLM");
    is(event_of<sonde::agent>(), "agent", "agent_call", "AGENT");
    is(event_of<sonde::retrieval>(), "retrieval", "retrieval_call", "RETRIEVAL");
    is(event_of<sonde::handler>(), "handler", "handler_call", "API");
    is(event_of<sonde::channel<"MINE">, sonde::tool, sonde::event_type<"asked">>(), "tool", "asked", "MINE");
}

TEST_CASE("levels are the site's, and at least what the outcome asks for") {
    CHECK(event_of<sonde::debug>()["level"] == "debug");
    CHECK(event_of<sonde::warning>()["level"] == "warning");
    CHECK(event_of<sonde::error>()["level"] == "error");
    CHECK(event_of<sonde::critical>()["level"] == "critical");
    CHECK(event_of<sonde::security_alert>()["level"] == "security_alert");
}

TEST_CASE("arguments have the names given, then their position's") {
    CHECK(event_of<sonde::args<"number", "text">>()["input_data"] == json{{"number", 1}, {"text", "two"}});
    CHECK(event_of<sonde::args<"number">>()["input_data"] == json{{"number", 1}, {"arg1", "two"}});
    CHECK(event_of<sonde::args<>>()["input_data"] == json{{"arg0", 1}, {"arg1", "two"}});
    CHECK(event_of<sonde::args<"sp ce", "q\"uote\n">>()["input_data"] == json{{"sp ce", 1}, {"q\"uote\n", "two"}});

    auto mon = watched();
    auto defaults = sonde::monitored<"f", sonde::args<"a", "b">>(mon, [](int a, int b = 2) { return a + b; });
    defaults(1);
    CHECK(last_event(mon)["input_data"] == json{{"a", 1}});
    auto many = sonde::monitored<"f", sonde::args<"first">>(mon, [](auto... all) { return sizeof...(all); });
    many(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    CHECK(last_event(mon)["input_data"]["arg10"] == 10);
    CHECK(last_event(mon)["input_data"]["first"] == 0);
    CHECK(last_event(mon)["input_data"].size() == 11);
    struct counter {
        int count = 0;
        int add(int more) { return count += more; }
    } object;
    sonde::monitored<&counter::add, sonde::args<"more">>(mon)(object, 3);
    CHECK(last_event(mon)["input_data"] == json{{"more", 3}});
}

TEST_CASE("input and output are left out where asked") {
    CHECK(event_of<sonde::no_input>()["input_data"] == json::object());
    CHECK(event_of<sonde::no_input>()["output_data"] == json{{"value", "two1"}});
    CHECK(event_of<sonde::no_output>()["output_data"] == json::object());
    CHECK(event_of<sonde::no_output, sonde::no_input>()["status"] == "success");
}

TEST_CASE("outputs have the shape of a section") {
    auto mon = watched();
    auto const output = [&](auto value) {
        sonde::monitored<"f">(mon, [&] { return value; })();
        return last_event(mon)["output_data"];
    };
    CHECK(output(std::vector<int>{1, 2}) == json{{"items", {1, 2}}});
    CHECK(output(std::map<std::string, int>{{"a", 1}}) == json{{"a", 1}});
    CHECK(output(std::optional<int>()) == json{{"value", nullptr}});
    CHECK(output(std::string()) == json{{"value", ""}});
    sonde::monitored<"f">(mon, [] {})();
    CHECK(last_event(mon)["output_data"] == json::object());
}

TEST_CASE("redacted keys are left out at any depth, whatever their case") {
    using secrets = std::map<std::string, std::map<std::string, std::vector<std::string>>>;
    auto mon = watched();
    auto login = sonde::monitored<"login", sonde::args<"PassWord", "form">, sonde::redact<"password", "Token">>(
        mon, [](std::string const&, secrets const& form) { return form; });
    login("hunter2",
          {{"user", {{"TOKEN", {"s1", "s2"}}, {"name", {"jane"}}}}, {"token", {{"x", {"s3"}}}}, {"tokens", {}}});
    auto const event = last_event(mon);
    auto const form = json{
        {"user", {{"TOKEN", "[REDACTED]"}, {"name", {"jane"}}}}, {"token", "[REDACTED]"}, {"tokens", json::object()}};
    CHECK(event["input_data"] == json{{"PassWord", "[REDACTED]"}, {"form", form}});
    CHECK(event["output_data"] == form);
    auto const line = mon.sink().lines().back();
    for (auto const* secret : {"hunter2", "s1", "s2", "s3"}) { CHECK(line.find(secret) == std::string::npos); }

    auto noted =
        sonde::monitored<"noted", sonde::redact<"key">>(mon, [] { sonde::current_span().set("KEY"_f = "s4"); });
    noted();
    CHECK(last_event(mon)["metadata"] == json{{"KEY", "[REDACTED]"}});
    mon.emit<"said", sonde::redact<"key">>("key"_f = "s5", "open"_f = 1);
    CHECK(last_event(mon)["input_data"] == json{{"key", "[REDACTED]"}, {"open", 1}});
}

TEMPLATE_TEST_CASE("with_span gives the callable a span, which callers don't", "", sonde::null_sink,
                   sonde::memory_sink) {
    auto mon = watched<TestType>();
    auto generic = sonde::monitored<"generic", sonde::with_span, sonde::args<"x">>(mon, [](auto& span, int x) {
        span.set("half"_f = x / 2);
        span.output("made"_f = x);
        span.cost_usd(0.5);
        return x;
    });
    auto named = sonde::monitored<"named", sonde::with_span>(mon, [](sonde::span_handle& span, int x) {
        span.set("half"_f = x / 2);
        return x;
    });
    auto guarded = sonde::monitored<"guarded", sonde::with_span>(
        mon, [](sonde::span_handle const& span, int x) { return span.set("half"_f = 4), x; }, letting_through{});
    CHECK(generic(4) == 4);
    CHECK(named(6) == 6);
    CHECK(guarded(8) == 8);
    if constexpr (std::is_same_v<TestType, sonde::memory_sink>) {
        auto const all = events(mon);
        CHECK(all[0]["metadata"] == json{{"half", 2}});
        CHECK(all[0]["output_data"]["value"] == 4);
        CHECK(all[0]["cost_usd"] == 0.5);
        CHECK(all[0]["input_data"] == json{{"x", 4}});
        CHECK(all[1]["metadata"] == json{{"half", 3}});
        CHECK(all[2]["metadata"] == json{{"half", 4}});
    }
    STATIC_REQUIRE(!std::is_invocable_v<decltype(named)&, sonde::span_handle&, int>);
    STATIC_REQUIRE(!std::is_invocable_v<decltype(generic)&>);
}

TEST_CASE("started adds an event at the start, of the same span") {
    auto mon = watched();
    sonde::monitored<"f", sonde::started, sonde::tool, sonde::args<"x">>(
        mon, [&](int) { CHECK(mon.sink().size() == 1); })(5);
    auto const all = events(mon);
    REQUIRE(all.size() == 2);
    CHECK(all[0]["event_type"] == "tool_call_started");
    CHECK(all[0]["input_data"] == json{{"x", 5}});
    CHECK(all[0]["duration_ns"].is_null());
    CHECK(all[1]["event_type"] == "tool_call");
    CHECK(all[1]["span_id"] == all[0]["span_id"]);
    CHECK(all[1]["timestamp"] == all[0]["timestamp"]);
    CHECK(mon.sink().of<sonde::call_started>().size() == 1);
    sonde::monitored<"f", sonde::started, sonde::event_type<"asked">>(mon, [] {})();
    CHECK(events(mon)[2]["event_type"] == "asked_started");
}
