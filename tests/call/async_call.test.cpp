// SPDX-License-Identifier: MIT
// Calls that are awaited in place, without a coroutine of their own; and what awaiters throw, at every point.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <coroutine>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using sonde::context;
using sonde::inline_await;
using sonde::monitored;
using sonde::tests::counted_frames;
using sonde::tests::counted_lazy;
using sonde::tests::eager;
using sonde::tests::events;
using sonde::tests::last_event;
using sonde::tests::lazy;
using sonde::tests::manual_event;
using sonde::tests::pool;
using sonde::tests::sync_wait;
using sonde::tests::watched;

auto here() { return sonde::current_context().span_id(); }
constexpr sonde::span_id nowhere{};

// Throws at one point of the four, or nowhere, and resumes inline.
struct throwing_at {
    int point;
    void at(int reached) const {
        if (point == reached) { throw std::runtime_error("awaiter"); }
    }
    auto operator co_await() const {
        at(0);
        struct awaiter {
            throwing_at const& of;
            bool await_ready() const { return of.at(1), false; }
            void await_suspend(std::coroutine_handle<> consumer) const {
                of.at(2);
                consumer.resume();
            }
            void await_resume() const { of.at(3); }
        };
        return awaiter{*this};
    }
};

}  // namespace

TEST_CASE("a call awaited in place is recorded as another, for whichever coroutine") {
    auto mon = watched();
    pool threads(2);
    std::vector<sonde::span_id> within;
    auto step = monitored<"step", inline_await>(mon, [&](int n) -> lazy<int> {
        within.push_back(here());
        if (n == 1) { co_await threads.schedule(); }
        if (n == 2) { throw std::runtime_error("two"); }
        co_return n;
    });
    auto const loop = [&](sonde::span_id own) -> lazy<int> {
        int sum = 0;
        for (int n = 0; n < 4; ++n) {
            try {
                sum += co_await step(n);
            } catch (std::runtime_error const&) { sum += 10; }
            own = own == nowhere ? here() : own;
        }
        CHECK(own == nowhere);
        co_return sum;
    };
    CHECK(sync_wait(loop(nowhere)) == 14);
    CHECK(events(mon).size() == 4);
    CHECK(events(mon)[2]["error_message"] == "std::runtime_error: two");
    auto aware = monitored<"aware">(mon, [&](context) -> eager<int> {
        auto const own = here();
        int sum = 0;
        for (int n : {0, 1, 3}) {
            sum += co_await step(n);
            CHECK(here() == own);
        }
        co_return sum;
    });
    CHECK(sync_wait(aware()) == 4);
    auto const all = events(mon);
    REQUIRE(all.size() == 8);
    for (std::size_t n = 4; n < 7; ++n) { CHECK(all[n]["parent_span_id"] == all[7]["span_id"]); }
    for (auto const& each : within) { CHECK(each != nowhere); }
    CHECK(here() == nowhere);
}

TEST_CASE("it needs no frame, keeps its arguments, and is cancelled with who awaits it") {
    auto mon = watched();
    manual_event never;
    auto measure =
        monitored<"measure", inline_await>(mon, [&](std::string text, bool waits) -> counted_lazy<std::size_t> {
            if (waits) { co_await never; }
            co_return text.size();
        });
    { [[maybe_unused]] auto const unused = measure("never", false); }
    CHECK(events(mon).empty());
    auto const before = counted_frames::allocated.load();
    auto const later = [&]() -> lazy<std::size_t> {
        auto call = measure(std::string(50, 'x'), false);
        co_return co_await std::move(call);
    };
    CHECK(sync_wait(later()) == 50);
    CHECK(counted_frames::allocated - before <= 1);
    {
        auto waiting = [&]() -> lazy<std::size_t> { co_return co_await measure(std::string(60, 'y'), true); };
        auto task = waiting();
        task.operator co_await().lazy.resume();
        CHECK(here() == nowhere);
        CHECK(events(mon).size() == 1);
    }
    CHECK(last_event(mon)["error_message"] == "cancelled");
    CHECK(events(mon).size() == 2);
    CHECK(counted_frames::allocated == counted_frames::freed);
}

TEMPLATE_TEST_CASE("what an awaiter throws, at every point, leaves the call's context as it was", "", lazy<int>,
                   eager<int>) {
    for (int point = 0; point < 5; ++point) {
        auto mon = watched();
        auto const body = [&]() -> TestType {
            bool thrown = false;
            try {
                co_await throwing_at{point};
            } catch (std::runtime_error const&) { thrown = true; }
            CHECK(thrown == (point < 4));
            mon.emit<"told">();
            throw std::logic_error("end");
        };
        auto unaware = monitored<"unaware">(mon, body);
        auto aware = monitored<"aware">(mon, [&](context) -> TestType {
            auto const own = here();
            try {
                co_await throwing_at{point};
            } catch (std::runtime_error const&) {}
            CHECK(here() == own);
            mon.emit<"told">();
            throw std::logic_error("end");
            co_return 0;
        });
        CHECK_THROWS_WITH(sync_wait(unaware()), "end");
        CHECK_THROWS_WITH(sync_wait(aware()), "end");
        auto const all = events(mon);
        REQUIRE(all.size() == 4);
        CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
        CHECK(all[2]["parent_span_id"] == all[3]["span_id"]);
        CHECK(here() == nowhere);
    }
}

namespace {

// A promise that nothing derives from, and that has a say in what is awaited.
struct closed_task {
    struct promise_type final : sonde::tests::outcome<int> {
        closed_task get_return_object() noexcept {
            return {sonde::tests::owned_coroutine(std::coroutine_handle<promise_type>::from_promise(*this))};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        sonde::tests::resume_continuation final_suspend() const noexcept { return {}; }
        closed_task&& await_transform(closed_task&& given) const noexcept { return std::move(given); }
        std::coroutine_handle<> continuation = std::noop_coroutine();
    };
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
        own.get().promise().continuation = consumer;
        return own.get();
    }
    int await_resume() const { return own.get().promise().take(); }
    sonde::tests::owned_coroutine<promise_type> own;
};

}  // namespace

TEST_CASE("a promise that is final, and transforms what is awaited, is awaited as it asks") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    auto const task = sonde::monitored<"task">(mon, [](int number) -> closed_task { co_return number + 1; });
    CHECK(sonde::tests::sync_wait(task(3)) == 4);
    CHECK(mon.sink().of<sonde::call_finished>().size() == 1);
}

TEST_CASE("the span that a coroutine asked for before it was suspended is good after that") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    class sonde::tests::pool pool(1);
    auto const task = sonde::monitored<"task">(mon, [&]() -> sonde::tests::lazy<int> {
        auto const span = sonde::current_span();
        co_await pool.schedule();
        span.set_by_name("late", 7);
        co_return 1;
    });
    CHECK(sonde::tests::sync_wait(task()) == 1);
    CHECK(mon.sink().lines()[0].find(R"("metadata":{"late":7})") != std::string_view::npos);
}

TEST_CASE("a call with an empty context for its parent has none, wherever it runs") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    auto const task = sonde::monitored<"task">(mon, []() -> sonde::tests::lazy<int> { co_return 1; });
    {
        auto const span = mon.span<"around">();
        CHECK(sonde::tests::sync_wait(sonde::monitored_in(context{})(task)) == 1);
        CHECK(sonde::tests::sync_wait(task()) == 1);
    }
    auto const calls = mon.sink().of<sonde::call_finished>();
    REQUIRE(calls.size() == 3);
    CHECK_FALSE(calls[0].parent_span_id);
    CHECK(calls[1].parent_span_id == calls[2].span_id);
}
