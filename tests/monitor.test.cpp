// SPDX-License-Identifier: MIT
// The monitor: construction, the switch, events, spans and runs by hand, and its end.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/monitor.hpp>

#include <boost/hana/adapt_struct.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct order_created {
    std::string order_id;
    double amount = 0;
    static constexpr std::string_view channel = "BUSINESS";
    static constexpr auto level = sonde::level::warning;
};
BOOST_HANA_ADAPT_STRUCT(order_created, order_id, amount);

namespace {

using namespace sonde::literals;
using namespace std::chrono_literals;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

struct named_event {
    int value = 0;
    static constexpr std::string_view event_type = "renamed";
    using sonde_members = sonde::members<sonde::member<"value", &named_event::value>>;
};

// A sink of one's own: takes what it knows, and neither counts nor flushes.
struct own_sink {
    int* calls;
    int* orders;
    void consume(sonde::call_finished const&) const noexcept { ++*calls; }
    void consume(order_created const&) const noexcept { ++*orders; }
    void consume(auto const&) const noexcept {}
};

struct blocking {
    sonde::block before(auto&) { return {"no"}; }
};

}  // namespace

TEST_CASE("an agent must have a name") {
    using monitor = sonde::monitor<sonde::memory_sink>;
    for (auto const* blank : {"", " ", "\t\r\n\v\f"}) {
        try {
            monitor const mon{{.agent_id = blank}};
            FAIL("a blank agent_id was taken");
        } catch (sonde::config_error const& error) {
            CHECK(error.field() == "agent_id");
            CHECK(error.value() == blank);
            CHECK(std::string(error.what()).find("agent_id") != std::string::npos);
        }
        CHECK_THROWS_AS(monitor(sonde::identity{.agent_id = blank}, monitor::options{}), sonde::config_error);
        CHECK_THROWS_AS(monitor(sonde::identity{.agent_id = blank}, sonde::memory_sink()), sonde::config_error);
    }
    CHECK_NOTHROW(monitor{{.agent_id = " x "}});
}

TEST_CASE("the environment names the agent where the program does not, and may switch off") {
    ::setenv("SONDE_AGENT_ID", "from-environment", 1);
    {
        sonde::monitor<sonde::memory_sink> unnamed{{}};
        unnamed.emit<"event">();
        CHECK(events(unnamed)[0]["agent_id"] == "from-environment");
        sonde::monitor<sonde::memory_sink> named{{.agent_id = "named"}};
        named.emit<"event">();
        CHECK(events(named)[0]["agent_id"] == "named");
        CHECK_THROWS_AS(sonde::monitor<sonde::memory_sink>{{.agent_id = " "}}, sonde::config_error);
    }
    ::unsetenv("SONDE_AGENT_ID");
    CHECK_THROWS_AS(sonde::monitor<sonde::memory_sink>{{}}, sonde::config_error);

    ::setenv("SONDE_ENABLED", "No", 1);
    {
        sonde::monitor<sonde::memory_sink> off{{.agent_id = "demo"}};
        CHECK_FALSE(off.enabled());
        off.emit<"event">();
        CHECK(off.sink().lines().empty());
        off.enabled(true);
        off.emit<"event">();
        CHECK(off.sink().lines().size() == 1);
    }
    ::setenv("SONDE_ENABLED", "maybe", 1);
    CHECK_THROWS_WITH(sonde::monitor<sonde::memory_sink>{{.agent_id = "demo"}},
                      sonde::tests::contains_text("SONDE_ENABLED is \"maybe\": it must be 1, true"));
    ::unsetenv("SONDE_ENABLED");
}

TEST_CASE("a sink is made from its options, or given") {
    sonde::memory_sink sink{{.max_value_bytes = 16}};
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "a"}, std::move(sink)};
    CHECK(mon.sink().max_value_bytes() == 16);
    sonde::monitor<sonde::memory_sink> other{{.agent_id = "a"}, {.max_value_bytes = 17}};
    CHECK(other.sink().max_value_bytes() == 17);
    sonde::monitored<"f">(other, [](std::string const&) {})(std::string(18, 'x'));
    CHECK(last_event(other)["input_data"]["arg0"]["truncated"] == true);

    sonde::monitor<sonde::null_sink> silent{{.agent_id = ""}, {.path = "p", .max_file_bytes = 5}};
    CHECK(!silent.enabled());
    silent.enabled(true);
    CHECK(!silent.enabled());
    silent.emit<"x">("a"_f = 1);
    silent.emit(named_event{});
    auto span = silent.span<"s", sonde::model>("a"_f = 1);
    span.set("b"_f = 2), span.output(3), span.cost_usd(1), span.fail("x");
    auto run = silent.run("r", {.user_id = "u"});
    run.input("q"), run.output("a"), run.finish();
    CHECK(silent.stats().accepted == 0);
    CHECK(silent.flush(1s).delivered == 0);
    CHECK(silent.shutdown().dropped == 0);
}

TEST_CASE("fields by hand go where they belong") {
    auto mon = watched();
    mon.emit<"order_created", sonde::channel<"BUSINESS">, sonde::warning>("order_id"_f = "o1", "amount"_f = 12.5);
    auto event = last_event(mon);
    CHECK(event["event_type"] == "order_created");
    CHECK(event["channel"] == "BUSINESS");
    CHECK(event["level"] == "warning");
    CHECK(event["status"] == "success");
    CHECK(event["input_data"] == json{{"order_id", "o1"}, {"amount", 12.5}});
    CHECK(event["duration_ns"].is_null());
    CHECK(event["latency_ms"].is_null());
    CHECK(event["cost_usd"].is_null());
    CHECK(event["span_id"].get<std::string>().size() == 16);

    mon.emit<"decision">("query"_f = "q", sonde::output("answer"_f = 42, "sure"_f = true),
                         sonde::metadata("model"_f = "m"), sonde::cost_usd(0.01));
    event = last_event(mon);
    CHECK(event["input_data"] == json{{"query", "q"}});
    CHECK(event["output_data"] == json{{"answer", 42}, {"sure", true}});
    CHECK(event["metadata"] == json{{"model", "m"}});
    CHECK(event["cost_usd"] == 0.01);
    mon.emit<"nothing">();
    CHECK(last_event(mon)["input_data"] == json::object());
}

TEST_CASE("any hana::Struct is an event") {
    auto mon = watched();
    mon.emit(order_created{.order_id = "o2", .amount = 3});
    auto event = last_event(mon);
    CHECK(event["event_type"] == "order_created");
    CHECK(event["channel"] == "BUSINESS");
    CHECK(event["level"] == "warning");
    CHECK(event["input_data"] == json{{"order_id", "o2"}, {"amount", 3.0}});
    mon.emit(named_event{7});
    CHECK(last_event(mon)["event_type"] == "renamed");
    auto const typed = mon.sink().of<order_created>();
    REQUIRE(typed.size() == 1);
    CHECK(typed[0].order_id == "o2");
}

TEST_CASE("a span says what it was told") {
    auto mon = watched();
    {
        auto span = mon.span<"llm_call", sonde::model, sonde::redact<"key">>("prompt"_f = "p", "key"_f = "k");
        CHECK(span);
        span.input("more"_f = 1);
        span.output("response"_f = "r");
        span.cost_usd(0.1);
        span.cost_usd(0.0042);
        span.set("model"_f = "gpt-3");
        span.set("model"_f = "gpt-4");
        CHECK(mon.sink().size() == 0);
    }
    auto event = last_event(mon);
    CHECK(event["event_type"] == "model_call");
    CHECK(event["name"] == "llm_call");
    CHECK(event["channel"] == "LLM");
    CHECK(event["input_data"] == json{{"prompt", "p"}, {"key", "[REDACTED]"}, {"more", 1}});
    CHECK(event["output_data"] == json{{"response", "r"}});
    CHECK(event["metadata"] == json{{"model", "gpt-4"}});
    CHECK(event["cost_usd"] == 0.0042);
    CHECK(event["status"] == "success");
    {
        auto span = mon.span<"failing">();
        span.output(std::vector<int>{1});
        span.fail("why");
    }
    event = last_event(mon);
    CHECK(event["status"] == "error");
    CHECK(event["level"] == "error");
    CHECK(event["error_message"] == "why");
    CHECK(event["output_data"] == json{{"items", {1}}});
}

TEST_CASE("a run says who, what and how often") {
    auto mon = watched();
    auto tool = sonde::monitored<"t", sonde::tool>(mon, [] {});
    auto blocked = sonde::monitored<"b", sonde::tool>(mon, [] {}, blocking{});
    {
        auto run = mon.run("research", {.user_id = "jane", .session_id = "conv", .metadata = {{"tenant", "a"}}});
        run.input("question");
        tool();
        CHECK_THROWS_AS(blocked(), sonde::policy_violation);
        CHECK(run.name() == "research");
        CHECK(run.user_id() == "jane");
        CHECK(run.session_id() == "conv");
        run.output(json::object().size());
        run.set("note"_f = 1);
        run.cost_usd(2);
    }
    auto const all = events(mon);
    REQUIRE(all.size() == 4);
    CHECK(all[0]["event_type"] == "run_started");
    CHECK(all[0]["metadata"] == json{{"tenant", "a"}});
    auto const& end = all[3];
    CHECK(end["event_type"] == "run_finished");
    CHECK(end["name"] == "research");
    CHECK(end["input_data"] == json{{"value", "question"}});
    CHECK(end["output_data"] == json{{"value", 0}});
    CHECK(end["metadata"] ==
          json{{"tenant", "a"}, {"note", 1}, {"tool_calls", 1}, {"model_calls", 0}, {"policy_violations", 1}});
    CHECK(end["cost_usd"] == 2.0);
    for (auto const& each : all) {
        CHECK(each["run_id"] == end["run_id"]);
        CHECK(each["user_id"] == "jane");
        CHECK(each["session_id"] == "conv");
    }
    CHECK(end["span_id"] == all[0]["span_id"]);
}

TEST_CASE("spans and runs left by an exception say so") {
    auto mon = watched();
    auto failing = sonde::monitored<"failing">(mon, [] { throw std::runtime_error("broke"); });
    auto const leave = [&] {
        auto run = mon.run("run");
        auto span = mon.span<"span">();
        failing();
    };
    CHECK_THROWS_AS(leave(), std::runtime_error);
    auto const all = events(mon);
    REQUIRE(all.size() == 4);
    for (std::size_t i = 1; i < 4; ++i) {
        CHECK(all[i]["status"] == "error");
        CHECK(all[i]["error_message"].get<std::string>().find("std::runtime_error: broke") != std::string::npos);
    }
    // Open when a caught exception came by: not left by it.
    {
        auto span = mon.span<"survivor">();
        CHECK_THROWS_AS(failing(), std::runtime_error);
    }
    CHECK(last_event(mon)["status"] == "success");
    // Opened and closed while another exception is on its way.
    struct cleaner {
        sonde::monitor<sonde::memory_sink>& to;
        ~cleaner() { auto span = to.span<"cleanup">(); }
    };
    try {
        cleaner const at_exit{mon};
        throw 1;
    } catch (int) {}
    CHECK(last_event(mon)["name"] == "cleanup");
    CHECK(last_event(mon)["status"] == "success");
}

TEST_CASE("spans that overlap without end take no more memory than are open") {
    auto mon = watched();
    auto const linked = [] {
        std::size_t count = 0;
        for (auto const* each = sonde::context_impl::innermost; each != nullptr; each = each->outer) { ++count; }
        return count;
    };
    auto const overlap = [&] {
        std::vector<std::optional<decltype(mon.span<"request">())>> open(20);
        std::size_t most = 0;
        for (std::size_t i = 0; i < 2'000; ++i) {
            auto& place = open[i % open.size()];
            auto next = mon.span<"request">();
            place.reset();
            place.emplace(std::move(next));
            most = (std::max)(most, linked());
        }
        return most;
    };
    CHECK(overlap() < 100);
    CHECK(linked() == 0);
    auto within_a_call = sonde::monitored<"outer">(mon, overlap);
    CHECK(within_a_call() < 100);
    CHECK(linked() == 0);
}

template <class Monitor>
void use_all_of(Monitor& mon) {
    typename Monitor::options const options{};
    static_cast<void>(options);
    auto run = mon.run("run", {.user_id = "jane", .session_id = "conv"});
    CHECK(static_cast<bool>(run));
    CHECK(run.user_id() == "jane");
    CHECK(run.session_id() == "conv");
    CHECK(run.name() == "run");
    static_cast<void>(run.id());
    run.set_by_name("key", 1);
    auto span = mon.template span<"span">();
    span.set_by_name("key", 1);
    auto call = sonde::monitored<"call", sonde::with_span>(mon, [](auto& own) { own.set_by_name("key", 1); });
    call();
    span.finish();
    run.finish();
    CHECK_FALSE(static_cast<bool>(run));
}

TEST_CASE("what a monitor gives is the same when its sink is off") {
    auto on = watched();
    use_all_of(on);
    sonde::monitor<sonde::null_sink> off{{.agent_id = "demo"}};
    use_all_of(off);
}

TEST_CASE("switched off nothing is recorded; switched on again it is") {
    auto mon = watched();
    auto f = sonde::monitored<"f">(mon, [](int x) { return x; });
    mon.enabled(false);
    CHECK(!mon.enabled());
    CHECK(f(1) == 1);
    mon.emit<"e">("a"_f = 1);
    mon.emit(named_event{});
    auto span = mon.span<"s">();
    CHECK(!span);
    span.set("a"_f = 1);
    { auto run = mon.run("r"); }
    CHECK(mon.sink().size() == 0);
    mon.enabled(true);
    CHECK(f(2) == 2);
    span.finish();
    CHECK(mon.sink().size() == 1);
    CHECK(last_event(mon)["parent_span_id"].is_null());
}

TEST_CASE("after shutdown everything is a counted no-op") {
    auto mon = watched();
    auto f = sonde::monitored<"f">(mon, [] {});
    auto span = mon.span<"s">();
    f();
    CHECK(mon.flush(std::chrono::milliseconds(1)).delivered == 1);
    CHECK(mon.shutdown(std::chrono::steady_clock::now() + 1s).delivered == 1);
    f();
    span.finish();
    mon.emit<"e">();
    mon.emit(named_event{});
    auto const stats = mon.stats();
    CHECK(stats.accepted == 5);
    CHECK(stats.delivered == 1);
    CHECK(stats.dropped.after_shutdown == 4);
    CHECK(stats.accepted == stats.delivered + stats.rejected + stats.dropped + stats.spooled + stats.queued);
    CHECK(mon.sink().size() == 1);
}

TEST_CASE("a sink of one's own takes what it knows") {
    int calls = 0, orders = 0;
    sonde::monitor<own_sink> mon{{.agent_id = "a"}, own_sink{&calls, &orders}};
    sonde::monitored<"f">(mon, [] {})();
    mon.emit(order_created{});
    mon.emit<"x">();
    CHECK(calls == 1);
    CHECK(orders == 1);
    CHECK(mon.stats().accepted == 3);
    mon.shutdown();
    mon.emit(order_created{});
    CHECK(orders == 1);
    CHECK(mon.stats().dropped.after_shutdown == 1);
    CHECK(mon.stats().accepted == 4);
}

TEST_CASE("no_input and no_output empty the sections of events and spans by hand too") {
    auto mon = watched();
    mon.emit<"order", sonde::no_input>("secret"_f = 1, sonde::output("kept"_f = 2));
    CHECK(last_event(mon)["input_data"] == json::object());
    CHECK(last_event(mon)["output_data"] == json{{"kept", 2}});
    mon.emit<"order", sonde::no_output>("kept"_f = 1, sonde::output("secret"_f = 2));
    CHECK(last_event(mon)["input_data"] == json{{"kept", 1}});
    CHECK(last_event(mon)["output_data"] == json::object());
    {
        auto span = mon.span<"work", sonde::no_input, sonde::no_output>("secret"_f = 1);
        span.input("secret"_f = 2);
        span.output("secret"_f = 3);
        span.output(4);
        span.set("kept"_f = 5);
    }
    CHECK(last_event(mon)["input_data"] == json::object());
    CHECK(last_event(mon)["output_data"] == json::object());
    CHECK(last_event(mon)["metadata"] == json{{"kept", 5}});
    sonde::monitored<"call", sonde::no_output>(mon, [] { sonde::current_span().output("secret"_f = 1); })();
    CHECK(last_event(mon)["output_data"] == json::object());
}

TEST_CASE("a span with the option started says so when it opens") {
    auto mon = watched();
    auto span = mon.span<"work", sonde::model, sonde::started>("prompt"_f = "hi");
    auto const begun = last_event(mon);
    CHECK(begun["event_type"] == "model_call_started");
    CHECK(begun["name"] == "work");
    CHECK(begun["input_data"] == json{{"prompt", "hi"}});
    CHECK(begun["duration_ns"].is_null());
    span.finish();
    CHECK(events(mon).size() == 2);
    CHECK(last_event(mon)["event_type"] == "model_call");
    CHECK(last_event(mon)["span_id"] == begun["span_id"]);
    mon.enabled(false);
    mon.span<"work", sonde::started>().finish();
    CHECK(events(mon).size() == 2);
}
