// SPDX-License-Identifier: MIT
// A coroutine that takes its context along has it behind each await, and leaves it on no thread, also where one expression
// has several: g++ 12 resumes their awaiters when the last one is done, and not one by one.
#include "support/catch.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <coroutine>
#include <thread>

using sonde::tests::eager;
using sonde::tests::watched;

namespace {

sonde::span_id here() { return sonde::current_context().span_id(); }

// Suspends a coroutine until it is opened.
struct gate {
    int value;
    bool open = false;
    std::coroutine_handle<> waits = nullptr;
    sonde::span_id asked_in = {};

    bool await_ready() noexcept {
        asked_in = here();
        return open;
    }
    void await_suspend(std::coroutine_handle<> coroutine) noexcept { waits = coroutine; }
    int await_resume() const noexcept { return value; }
};

struct seen {
    sonde::span_id own, behind;
    int sum = 0;
};

eager<int> adds(sonde::context, gate& first, gate& second, seen& to) {
    to.own = here();
    to.sum = co_await first + co_await second;
    to.behind = here();
    co_return to.sum;
}

}  // namespace

TEST_CASE("two awaits in one expression") {
    auto mon = watched();
    auto span = mon.span<"around">();
    auto const within = span.context();
    span.finish();
    gate first{1}, second{2};
    seen noted;
    auto const work = adds(within, first, second, noted);
    CHECK(noted.own == within.span_id());
    CHECK(!sonde::current_context());
    first.waits.resume();
    CHECK(!sonde::current_context());
    CHECK(!work.finished());
    second.waits.resume();
    CHECK(work.finished());
    CHECK(noted.sum == 3);
    CHECK(noted.behind == noted.own);
    CHECK(first.asked_in == noted.own);
    CHECK(second.asked_in == noted.own);
    CHECK(!sonde::current_context());
}

TEST_CASE("two awaits in one expression, of which one is done already") {
    auto mon = watched();
    auto const within = mon.span<"around">().context();
    for (bool const first_is_open : {true, false}) {
        gate first{1, first_is_open}, second{2, !first_is_open};
        seen noted;
        auto const work = adds(within, first, second, noted);
        CHECK(!sonde::current_context());
        (first_is_open ? second : first).waits.resume();
        CHECK(work.finished());
        CHECK(noted.behind == within.span_id());
        CHECK(first.asked_in == within.span_id());
        CHECK(second.asked_in == within.span_id());
        CHECK(!sonde::current_context());
    }
}

TEST_CASE("two awaits in one expression, resumed on a thread each that has a span of its own") {
    auto mon = watched();
    auto const within = mon.span<"around">().context();
    gate first{1}, second{2};
    seen noted;
    auto const work = adds(within, first, second, noted);
    int wrong = 0;
    for (auto* each : {&first, &second}) {
        std::thread([&] {
            auto own = mon.span<"thread">();
            auto const before = here();
            each->waits.resume();
            wrong += here() != before;
            own.finish();
            wrong += sonde::current_context() ? 1 : 0;
        }).join();
    }
    CHECK(work.finished());
    CHECK(wrong == 0);
    CHECK(noted.behind == within.span_id());
    CHECK(second.asked_in == within.span_id());
}
