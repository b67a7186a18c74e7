// SPDX-License-Identifier: MIT
// Traces: nesting through calls, spans and runs; hand-over to other threads; spans that end elsewhere, late, or out of order.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/context/propagation.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace sonde::literals;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

json const& named(std::vector<json> const& all, std::string const& name) {
    for (auto const& each : all) {
        if (each["name"] == name && each["event_type"] != "run_started") { return each; }
    }
    static json const none;
    return none;
}

void check_within(json const& inner, json const& outer) {
    CHECK(inner["parent_span_id"] == outer["span_id"]);
    CHECK(inner["trace_id"] == outer["trace_id"]);
}

}  // namespace

TEST_CASE("calls, spans, runs and events nest") {
    auto mon = watched();
    auto inner = sonde::monitored<"inner">(mon, [&] { mon.emit<"said">("a"_f = 1); });
    auto outer = sonde::monitored<"outer">(mon, [&] {
        auto span = mon.span<"span">();
        inner();
    });
    {
        auto run = mon.run("run");
        outer();
    }
    outer();
    auto const all = events(mon);
    REQUIRE(all.size() == 10);
    check_within(named(all, "said"), named(all, "inner"));
    check_within(named(all, "inner"), named(all, "span"));
    check_within(named(all, "span"), named(all, "outer"));
    check_within(named(all, "outer"), named(all, "run"));
    CHECK(named(all, "run")["parent_span_id"].is_null());
    for (std::size_t i = 0; i < 6; ++i) { CHECK(all[i]["run_id"] == named(all, "run")["run_id"]); }
    CHECK(all[9]["parent_span_id"].is_null());
    CHECK(all[9]["run_id"].is_null());
    CHECK(all[9]["trace_id"] != all[0]["trace_id"]);
    CHECK(!sonde::current_context());
}

TEST_CASE("on eight threads each span has its own thread's parent") {
    auto mon = watched();
    auto leaf = sonde::monitored<"leaf", sonde::args<"path">>(mon, [](std::string const&) {});
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                auto const path = std::to_string(t) + "." + std::to_string(i);
                auto outer = mon.span<"outer">("path"_f = path);
                {
                    auto middle = mon.span<"middle">("path"_f = path);
                    leaf(path);
                }
                leaf(path + " outer");
            }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    std::map<std::string, json> outers, middles;
    auto const all = events(mon);
    REQUIRE(all.size() == 8 * 50 * 4);
    std::set<std::string> ids;
    for (auto const& each : all) {
        ids.insert(each["span_id"].get<std::string>());
        auto const path = each["input_data"]["path"].get<std::string>();
        if (each["name"] == "outer") { outers[path] = each; }
        if (each["name"] == "middle") { middles[path] = each; }
    }
    CHECK(ids.size() == all.size());
    for (auto const& each : all) {
        auto path = each["input_data"]["path"].get<std::string>();
        if (each["name"] == "middle") { check_within(each, outers[path]); }
        if (each["name"] != "leaf") { continue; }
        if (auto const at = path.find(" outer"); at != std::string::npos) {
            check_within(each, outers[path.substr(0, at)]);
        } else {
            check_within(each, middles[path]);
        }
    }
}

TEST_CASE("a context is handed to another thread, and outlives its span") {
    auto mon = watched();
    auto work = sonde::monitored<"work", sonde::tool>(mon, [](int x) { return x; });
    sonde::context taken;
    std::string span_id, run_id;
    {
        auto run = mon.run("run", {.user_id = "jane", .session_id = "s"});
        run_id = sonde::to_text(run.id()).view();
        auto span = mon.span<"request">();
        taken = sonde::current_context();
        CHECK(taken);
        CHECK(span.context().span_id() == taken.span_id());
        span_id = sonde::to_text(taken.span_id()).view();
        std::thread([&] {
            CHECK(!sonde::current_context());
            CHECK(sonde::with_context(taken, [&] { return work(3); }) == 3);
            CHECK(!sonde::current_context());
        }).join();
        CHECK(run.tool_calls() == 1);
    }
    auto const first = events(mon)[1];
    CHECK(first["name"] == "work");
    CHECK(first["parent_span_id"] == span_id);
    CHECK(first["run_id"] == run_id);
    CHECK(first["user_id"] == "jane");
    CHECK(first["session_id"] == "s");

    sonde::with_context(taken, [&] { work(1); });
    CHECK(last_event(mon)["parent_span_id"] == span_id);
    CHECK(last_event(mon)["run_id"] == run_id);
    CHECK(taken.run().name() == "run");
    CHECK(taken.run().tool_calls() == 2);
}

TEST_CASE("an empty context hides the thread's own") {
    auto mon = watched();
    auto run = mon.run("run");
    auto span = mon.span<"span">();
    sonde::with_context({}, [&] {
        CHECK(!sonde::current_context());
        CHECK(!sonde::current_run());
        CHECK(!sonde::current_span());
        sonde::monitored<"alone">(mon, [] {})();
    });
    CHECK(last_event(mon)["parent_span_id"].is_null());
    CHECK(last_event(mon)["run_id"].is_null());
    CHECK(sonde::current_context().span_id() == span.context().span_id());
}

TEST_CASE("with_context gives back what the function does") {
    auto mon = watched();
    int number = 1;
    CHECK(&sonde::with_context({}, [&]() -> int& { return number; }) == &number);
    CHECK(*sonde::with_context({}, [] { return std::make_unique<int>(3); }) == 3);
}

TEST_CASE("a span in a handed-over context takes annotations; the context itself none") {
    auto mon = watched();
    auto span = mon.span<"span">();
    auto const context = span.context();
    std::thread([&] {
        sonde::with_context(context, [&] {
            CHECK(!sonde::current_span());
            sonde::current_span().set("lost"_f = 1);
            auto inner = mon.span<"inner">();
            sonde::current_span().set("kept"_f = 1);
        });
    }).join();
    CHECK(last_event(mon)["metadata"] == json{{"kept", 1}});
    span.finish();
    CHECK(last_event(mon)["metadata"] == json::object());
}

TEST_CASE("without a span there is nothing to annotate") {
    CHECK(!sonde::current_span());
    sonde::current_span().set("a"_f = 1);
    sonde::current_span().output(3);
    sonde::current_span().fail("no");
    CHECK(!sonde::current_span().context());
    CHECK(!sonde::current_run());
    CHECK(sonde::current_run().name().empty());
    CHECK(sonde::current_run().metadata("x").empty());
}

TEST_CASE("spans end in any order, and what is open stays the parent") {
    auto mon = watched();
    std::optional a(mon.span<"a">()), b(mon.span<"b">()), c(mon.span<"c">());
    auto const id = [](auto const& span) { return span->context().span_id(); };
    auto const a_id = id(a), c_id = id(c);
    b.reset();
    CHECK(sonde::current_context().span_id() == c_id);
    a.reset();
    CHECK(sonde::current_context().span_id() == c_id);
    c.reset();
    CHECK(!sonde::current_context());
    auto const all = events(mon);
    check_within(named(all, "c"), named(all, "b"));
    check_within(named(all, "b"), named(all, "a"));
    CHECK(sonde::to_text(a_id).view() == named(all, "a")["span_id"].get<std::string>());

    std::optional d(mon.span<"d">());
    std::optional e(mon.span<"e">());
    auto const d_id = id(d);
    e.reset();
    CHECK(sonde::current_context().span_id() == d_id);
}

TEST_CASE("a span moves, and ends on another thread") {
    auto mon = watched();
    std::thread([&, span = mon.span<"moved">("a"_f = 1)]() mutable {
        span.output(5);
        auto own = std::move(span);
        CHECK(!span);
        span.set("ignored"_f = 1);
        own.finish();
        own.finish();
        CHECK(!own);
    }).join();
    CHECK(mon.sink().size() == 1);
    CHECK(last_event(mon)["output_data"] == json{{"value", 5}});
    CHECK(!sonde::current_context());
    sonde::monitored<"after">(mon, [] {})();
    CHECK(last_event(mon)["parent_span_id"].is_null());
}

TEST_CASE("a span outlives the call or context it was opened in") {
    auto mon = watched();
    auto opens = sonde::monitored<"opens">(mon, [&] { return mon.span<"late">(); });
    {
        auto late = opens();
        CHECK(!sonde::current_context());
        sonde::monitored<"other">(mon, [] {})();
        CHECK(last_event(mon)["parent_span_id"].is_null());
        late.set("still"_f = "open");
    }
    auto const all = events(mon);
    check_within(named(all, "late"), named(all, "opens"));
    CHECK(named(all, "late")["metadata"] == json{{"still", "open"}});

    auto from_context = sonde::with_context({}, [&] { return mon.span<"from context">(); });
    CHECK(!sonde::current_context());
    from_context.finish();
    CHECK(last_event(mon)["name"] == "from context");
}

TEST_CASE("a thread may end with open spans, which end elsewhere") {
    auto mon = watched();
    std::vector<sonde::open_span<sonde::memory_sink>> left;
    std::thread([&] {
        left.push_back(mon.span<"one">());
        left.push_back(mon.span<"two">());
        sonde::monitored<"call">(mon, [&] { left.push_back(mon.span<"three">()); })();
    }).join();
    for (auto& span : left) { span.set("ended"_f = "elsewhere"); }
    left.clear();
    CHECK(mon.sink().size() == 4);
    CHECK(last_event(mon)["metadata"] == json{{"ended", "elsewhere"}});
}

TEST_CASE("a span is annotated by its own thread while another ends it") {
    auto mon = watched();
    for (int i = 0; i < 200; ++i) {
        auto span = mon.span<"shared">();
        std::atomic<bool> ended{false};
        std::thread other([&, moved = std::move(span)]() mutable {
            moved.set("other"_f = 1);
            moved.finish();
            ended = true;
        });
        for (int n = 0; n < 20; ++n) { sonde::current_span().set("own"_f = n); }
        other.join();
        CHECK(ended);
    }
    CHECK(mon.sink().size() == 200);
    CHECK(!sonde::current_span());
}

TEST_CASE("a run's counters add up over threads") {
    auto mon = watched();
    auto tool = sonde::monitored<"tool", sonde::tool>(mon, [] {});
    auto model = sonde::monitored<"model", sonde::model>(mon, [] {});
    auto other = sonde::monitored<"other", sonde::retrieval>(mon, [] {});
    auto run = mon.run("run");
    auto const context = run.context();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            sonde::with_context(context, [&] {
                for (int i = 0; i < 250; ++i) { tool(), model(), model(), other(); }
            });
        });
    }
    for (auto& thread : threads) { thread.join(); }
    CHECK(run.tool_calls() == 1000);
    CHECK(run.model_calls() == 2000);
    CHECK(run.policy_violations() == 0);
    run.finish();
    CHECK(last_event(mon)["metadata"] == json{{"tool_calls", 1000}, {"model_calls", 2000}, {"policy_violations", 0}});
    CHECK(run.tool_calls() == 1000);
}
