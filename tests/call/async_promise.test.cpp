// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/tasks.hpp"

#include <sonde/call/async_promise.hpp>
#include <sonde/sonde.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

namespace {

using sonde::tests::sync_wait;

struct scheduler {
    int promises = 0;
};

// Its promise is made from its coroutine's arguments, just these, and knows itself by its exact type.
struct scheduled {
    struct promise_type {
        promise_type(scheduler& given, int) noexcept : on(given) { ++given.promises; }
        scheduled get_return_object() noexcept {
            return {sonde::tests::owned_coroutine(std::coroutine_handle<promise_type>::from_promise(*this))};
        }
        struct last {
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                return own.promise().continuation;
            }
            void await_resume() const noexcept {}
        };
        std::suspend_always initial_suspend() const noexcept { return {}; }
        last final_suspend() const noexcept { return {}; }
        void return_value(int given) noexcept { value = given; }
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

        scheduler& on;
        std::coroutine_handle<> continuation = std::noop_coroutine();
        int value = 0;
    };

    struct awaiter {
        std::coroutine_handle<promise_type> own;
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
            own.promise().continuation = consumer;
            return own;
        }
        int await_resume() const noexcept { return own.promise().value; }
    };
    awaiter operator co_await() const noexcept { return {coroutine.get()}; }

    sonde::tests::owned_coroutine<promise_type> coroutine;
};

scheduled add_one(scheduler&, int number) { co_return number + 1; }

}  // namespace

TEST_CASE("the promise of a call's coroutine is made from the call's arguments, as the callable's own is") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    scheduler on;
    auto const add = sonde::monitored<"add">(mon, add_one);
    CHECK(sync_wait(add(on, 3)) == 4);
    CHECK(on.promises == 2);
    auto const chained = sonde::monitored<"chained">(mon, [&](scheduler& same, int number) -> sonde::tests::lazy<int> {
        co_return co_await add(same, number) + co_await add_one(same, number);
    });
    CHECK(sync_wait(chained(on, 3)) == 8);
    CHECK(on.promises == 5);
    CHECK(mon.sink().of<sonde::call_finished>().size() == 3);
    CHECK_FALSE(sonde::current_context());
}
