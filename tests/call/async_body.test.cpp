// SPDX-License-Identifier: MIT
// A decorated callable that answers a coroutine answers one of the same type, whose call lasts as long as its body runs.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace {

using sonde::monitored;
using sonde::tests::counted_frames;
using sonde::tests::counted_lazy;
using sonde::tests::eager;
using sonde::tests::events;
using sonde::tests::last_event;
using sonde::tests::lazy;
using sonde::tests::manual_event;
using sonde::tests::sync_wait;
using sonde::tests::templated_lazy;
using sonde::tests::traits_task;
using sonde::tests::watched;

// Runs it until it first suspends; it ends with its object.
template <class Task>
void start(Task& task) {
    std::move(task).operator co_await().lazy.resume();
}

struct counter {
    // As large as a pointer: of less, g++ 12 says at -O2 that its table of virtual functions would not fit.
    alignas(void*) int base = 0;
    lazy<int> plus(int n) const { co_return base + n; }
    lazy<int> raise(int n) & { co_return base += n; }
};
lazy<int> twice(int n) { co_return 2 * n; }

struct both {
    lazy<int> operator()(int n) const { co_return n; }
    lazy<std::string> operator()(std::string text) const { co_return text + "!"; }
};

struct sum_to {
    sonde::monitor<sonde::memory_sink>& mon;
    lazy<int> operator()(int n) const {
        if (n == 0) { co_return 0; }
        co_return n + co_await monitored<"sum">(mon, sum_to{mon})(n - 1);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a coroutine of the callable's type answers the callable's value", "", lazy<int>, eager<int>,
                   templated_lazy<int>, traits_task<int>, counted_lazy<int>) {
    auto mon = watched();
    auto add =
        monitored<"add", sonde::tool, sonde::args<"a", "b">>(mon, [](int a, int b) -> TestType { co_return a + b; });
    static_assert(std::is_same_v<decltype(add(1, 2)), TestType>);
    CHECK(sync_wait(add(1, 2)) == 3);
    auto const all = events(mon);
    REQUIRE(all.size() == 1);
    CHECK(all[0]["event_type"] == "tool_call");
    CHECK(all[0]["input_data"].dump() == R"({"a":1,"b":2})");
    CHECK(all[0]["output_data"].dump() == R"({"value":3})");
    CHECK(all[0]["status"] == "success");
}

TEMPLATE_TEST_CASE("an exception is the call's error and goes through", "", lazy<int>, eager<int>, templated_lazy<int>,
                   traits_task<int>) {
    auto mon = watched();
    auto fail = monitored<"fail">(mon, [](bool throws) -> TestType {
        if (throws) { throw std::runtime_error("no luck"); }
        co_return 1;
    });
    CHECK_THROWS_WITH(sync_wait(fail(true)), "no luck");
    CHECK(last_event(mon)["status"] == "error");
    CHECK(last_event(mon)["error_message"] == "std::runtime_error: no luck");
    CHECK(sync_wait(fail(false)) == 1);
    CHECK(events(mon).size() == 2);
    CHECK(sonde::current_context().span_id() == sonde::span_id{});
}

TEST_CASE("results without a value, references, and values that only move") {
    auto mon = watched();
    int ran = 0;
    sync_wait(monitored<"nothing">(mon, [&](int n) -> lazy<void> {
        ran += n;
        co_return;
    })(2));
    CHECK(ran == 2);
    CHECK(last_event(mon)["output_data"].dump() == "{}");
    sync_wait(monitored<"nothing">(mon, [&]() -> eager<void> {
        ++ran;
        co_return;
    })());
    CHECK(ran == 3);

    auto refer = monitored<"refer">(mon, [](int& n) -> lazy<int&> { co_return n; });
    static_assert(std::is_same_v<decltype(refer(ran)), lazy<int&>>);
    CHECK(&sync_wait(refer(ran)) == &ran);
    CHECK(last_event(mon)["output_data"].dump() == R"({"value":3})");

    auto make = monitored<"make">(mon, [](int n) -> lazy<std::unique_ptr<int>> { co_return std::make_unique<int>(n); });
    CHECK(*sync_wait(make(7)) == 7);
    auto pass = monitored<"pass">(mon, [](std::unique_ptr<int> p) -> eager<std::unique_ptr<int>> { co_return p; });
    auto given = std::make_unique<int>(8);
    auto const* const where = given.get();
    CHECK(sync_wait(pass(std::move(given))).get() == where);
}

TEST_CASE("an awaiter that looks into promises sees the decorated coroutine's as it would see the callable's") {
    auto mon = watched();
    auto inner =
        monitored<"inner">(mon, []() -> templated_lazy<int> { co_return co_await sonde::tests::read_environment{}; });
    auto outer = monitored<"outer">(mon, [&]() -> templated_lazy<int> { co_return 10 * co_await inner(); });
    CHECK(sync_wait(outer().with_environment(4)) == 40);
    CHECK(events(mon).size() == 2);
}

TEST_CASE("the span opens when the body first runs") {
    auto mon = watched();
    auto f = monitored<"f">(mon, [](int n) -> lazy<int> { co_return n; });
    { auto const never = f(1); }
    CHECK(events(mon).empty());

    auto later = f(2);
    CHECK(events(mon).empty());
    CHECK(sync_wait(std::move(later)) == 2);
    CHECK(events(mon).size() == 1);

    auto g = monitored<"g">(mon, [](int n) -> eager<int> { co_return n; });
    { auto const ran = g(3); }
    CHECK(last_event(mon)["output_data"].dump() == R"({"value":3})");
}

TEST_CASE("the event at the start is told at the call, under the span's id") {
    auto mon = watched();
    auto f = monitored<"f", sonde::started>(mon, [](int n) -> lazy<int> { co_return n; });
    auto task = f(5);
    auto const at_call = events(mon);
    REQUIRE(at_call.size() == 1);
    CHECK(at_call[0]["event_type"] == "function_call_started");
    CHECK(at_call[0]["input_data"].dump() == R"({"arg0":5})");
    CHECK(sync_wait(std::move(task)) == 5);
    REQUIRE(events(mon).size() == 2);
    CHECK(last_event(mon)["span_id"] == at_call[0]["span_id"]);
    CHECK(last_event(mon)["trace_id"] == at_call[0]["trace_id"]);
    CHECK(last_event(mon)["input_data"].dump() == R"({"arg0":5})");

    { auto const never = f(6); }
    CHECK(events(mon).size() == 3);
}

TEST_CASE("a coroutine destroyed before its end was cancelled, at whichever point it waited") {
    auto mon = watched();
    manual_event first, second;
    auto f = monitored<"f">(mon, [&](std::string) -> lazy<int> {
        co_await first;
        co_await second;
        co_return 1;
    });
    {
        auto task = f("one");
        start(task);
        CHECK(events(mon).empty());
    }
    REQUIRE(events(mon).size() == 1);
    CHECK(last_event(mon)["status"] == "error");
    CHECK(last_event(mon)["error_message"] == "cancelled");
    CHECK(last_event(mon)["output_data"].dump() == "{}");

    manual_event opened, closed;
    auto g = monitored<"g">(mon, [&](int n) -> lazy<int> {
        co_await opened;
        co_await closed;
        co_return n;
    });
    {
        auto outer = monitored<"outer">(mon, [&]() -> lazy<int> { co_return co_await g(2); });
        auto task = outer();
        start(task);
        opened.set();
        CHECK(closed.waiting() == 1);
        CHECK(events(mon).size() == 1);
    }
    auto const all = events(mon);
    REQUIRE(all.size() == 3);
    CHECK(all[1]["name"] == "g");
    CHECK(all[1]["error_message"] == "cancelled");
    CHECK(all[2]["name"] == "outer");
    CHECK(all[2]["error_message"] == "cancelled");
    CHECK(all[1]["parent_span_id"] == all[2]["span_id"]);
    CHECK(sonde::current_context().span_id() == sonde::span_id{});
}

TEST_CASE("rvalues live in the coroutine, lvalues are referred to") {
    auto mon = watched();
    manual_event go;
    std::string result;
    auto join = monitored<"join">(
        mon, [&](std::string taken, std::string&& moved, std::string const& seen, std::string& changed) -> lazy<void> {
            co_await go;
            changed += "+";
            result = taken + moved + seen;
        });
    std::string left(40, 'a'), right(40, 'b');
    auto task = join(std::string(40, 'x'), std::string(40, 'y'), left, right);
    start(task);
    left[0] = 'A';
    go.set();
    CHECK(result == std::string(40, 'x') + std::string(40, 'y') + "A" + std::string(39, 'a'));
    CHECK(right == std::string(40, 'b') + "+");
    CHECK(events(mon).size() == 1);

    auto any = monitored<"any">(mon, [](auto&& text) -> lazy<std::size_t> { co_return text.size(); });
    auto kept = any(std::string(50, 'k'));
    CHECK(sync_wait(std::move(kept)) == 50);
    auto moved = std::make_unique<int>(9);
    auto take = monitored<"take">(mon, [](std::unique_ptr<int>&& p) -> lazy<int> { co_return *p; });
    auto taking = take(std::move(moved));
    CHECK(moved == nullptr);
    CHECK(sync_wait(std::move(taking)) == 9);
}

TEST_CASE("a temporary decorated callable without state, as a temporary callable") {
    auto mon = watched();
    auto task = monitored<"f">(mon, [](std::string text) -> lazy<std::size_t> { co_return text.size(); })("four");
    CHECK(sync_wait(std::move(task)) == 4);
    auto function = monitored<&twice>(mon)(4);
    CHECK(sync_wait(std::move(function)) == 8);
    auto pointer = monitored<"pointer">(mon, &twice)(5);
    CHECK(sync_wait(std::move(pointer)) == 10);
    std::optional<sonde::monitor<sonde::memory_sink>> gone(std::in_place, sonde::identity{.agent_id = "tests"});
    auto orphan = monitored<"f">(*gone, [](int n) -> lazy<int> { co_return n; })(6);
    gone.reset();
    CHECK(sync_wait(std::move(orphan)) == 6);
}

TEST_CASE("member functions, on objects and what points to them") {
    auto mon = watched();
    counter object{10};
    auto plus = monitored<&counter::plus>(mon);
    CHECK(sync_wait(plus(object, 1)) == 11);
    CHECK(sync_wait(plus(&object, 2)) == 12);
    CHECK(sync_wait(plus(std::ref(object), 3)) == 13);
    auto const shared = std::make_shared<counter>(counter{20});
    CHECK(sync_wait(plus(shared, 4)) == 24);
    CHECK(last_event(mon)["name"] == "counter::plus");
    CHECK(last_event(mon)["input_data"].dump() == R"({"arg0":4})");
    auto raise = monitored<"raise">(mon, &counter::raise);
    CHECK(sync_wait(raise(object, 5)) == 15);
    CHECK(object.base == 15);
    CHECK(events(mon).size() == 5);
}

TEST_CASE("overloaded, generic and move-only callables, and recursion") {
    auto mon = watched();
    auto either = monitored<"either">(mon, both{});
    CHECK(sync_wait(either(1)) == 1);
    CHECK(sync_wait(either(std::string("text"))) == "text!");
    auto owner =
        monitored<"owner">(mon, [owned = std::make_unique<int>(3)](int n) -> lazy<int> { co_return n + *owned; });
    CHECK(sync_wait(owner(4)) == 7);
    auto generic = monitored<"generic">(mon, [](auto n) -> lazy<decltype(n)> { co_return n; });
    CHECK(sync_wait(generic(2.5)) == 2.5);
    CHECK(events(mon).size() == 4);

    CHECK(sync_wait(monitored<"sum">(mon, sum_to{mon})(3)) == 6);
    auto const sums = events(mon);
    REQUIRE(sums.size() == 8);
    for (std::size_t n = 4; n < 7; ++n) { CHECK(sums[n]["parent_span_id"] == sums[n + 1]["span_id"]); }

    auto inner = monitored<"inner">(mon, [](int n) -> lazy<int> { co_return n; });
    auto loop = monitored<"loop">(mon, [&](int n) -> lazy<int> {
        int sum = 0;
        for (int i = 0; i < n; ++i) { sum += co_await inner(i); }
        co_return sum;
    });
    CHECK(sync_wait(loop(4)) == 6);
    CHECK(events(mon).size() == 13);
}

TEST_CASE("at most one more frame where it is recorded, none where it isn't") {
    auto frames_of = [](auto&& run) {
        auto const before = counted_frames::allocated.load();
        run();
        CHECK(counted_frames::allocated == counted_frames::freed);
        return counted_frames::allocated - before;
    };
    auto const add = [](int n) -> counted_lazy<int> { co_return n + 1; };
    auto mon = watched();
    auto recorded = monitored<"f">(mon, add);
    CHECK(frames_of([&] { CHECK(sync_wait(recorded(1)) == 2); }) <= 2);
    mon.enabled(false);
    CHECK(frames_of([&] { CHECK(sync_wait(recorded(1)) == 2); }) <= 1);
    auto none = watched<sonde::null_sink>();
    auto bare = monitored<"f">(none, add);
    static_assert(std::is_same_v<decltype(bare(1)), counted_lazy<int>>);
    CHECK(frames_of([&] { CHECK(sync_wait(bare(1)) == 2); }) <= 1);
    auto with_span = monitored<"f", sonde::with_span>(none, [](auto& span, int n) -> counted_lazy<int> {
        span.cost_usd(1);
        co_return n + 1;
    });
    CHECK(frames_of([&] { CHECK(sync_wait(with_span(1)) == 2); }) <= 1);
}

TEST_CASE("the span that a coroutine takes is its call's, after it was suspended too") {
    using namespace sonde::literals;
    auto mon = watched();
    manual_event go;
    auto f = monitored<"f", sonde::with_span>(mon, [&](auto& span, int n) -> lazy<int> {
        span.set("before"_f = n);
        co_await go;
        span.set("after"_f = n);
        span.cost_usd(0.5);
        co_return n;
    });
    auto task = f(3);
    start(task);
    go.set();
    CHECK(last_event(mon)["metadata"].dump() == R"({"after":3,"before":3})");
    CHECK(last_event(mon)["cost_usd"] == 0.5);
    CHECK(last_event(mon)["input_data"].dump() == R"({"arg0":3})");
}
