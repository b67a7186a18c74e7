// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"

#include <sonde/async/propagating.hpp>
#include <sonde/sonde.hpp>

#include <coroutine>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

using sonde::tests::sync_wait;

/// A type of the program's own: lazy, with an await_transform of its own, which hands on to the base's.
template <class T>
class task {
public:
    struct promise_type : sonde::tests::outcome<T>, sonde::propagating<task<T>> {
        task get_return_object() noexcept { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        auto initial_suspend() noexcept { return this->entering(std::suspend_always{}); }
        auto final_suspend() noexcept { return this->leaving(sonde::tests::resume_continuation{}); }
        template <class Awaitable>
        auto await_transform(Awaitable&& given) {
            ++awaited;
            return this->following(static_cast<Awaitable&&>(given));
        }
        std::coroutine_handle<> continuation = std::noop_coroutine();
        int awaited = 0;
    };

    // Its awaiter knows its consumer by the promise's type.
    struct awaiter {
        std::coroutine_handle<promise_type> own;
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> consumer) const noexcept {
            static_assert(!std::is_void_v<Promise>);
            own.promise().continuation = consumer;
            return own;
        }
        T await_resume() const { return own.promise().take(); }
    };
    awaiter operator co_await() && noexcept { return {coroutine_.get()}; }

private:
    explicit task(std::coroutine_handle<promise_type> own) noexcept : coroutine_(own) {}
    sonde::tests::owned_coroutine<promise_type> coroutine_;
};

sonde::span_id here() { return sonde::current_context().span_id(); }

}  // namespace

TEST_CASE("a coroutine whose promise propagates is in the context it was called in, after each suspension") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    class sonde::tests::pool pool(2);
    auto const hop = [&](int times) -> task<int> {
        auto const called = here();
        for (int i = 0; i < times; ++i) {
            co_await pool.schedule();
            CHECK(here() == called);
        }
        co_return times;
    };
    auto const twice = [&](int times) -> task<int> {
        auto const called = here();
        auto const first = co_await hop(times);
        CHECK(here() == called);
        auto span = mon.span<"within">();
        auto const within = here();
        CHECK(within != called);
        auto const second = co_await hop(times);
        CHECK(here() == within);  // the span is open still, on whichever thread
        span.finish();
        CHECK(here() == called);
        co_return first + second;
    };
    auto const span = mon.span<"outer">();
    CHECK(sync_wait(twice(3)) == 6);
    CHECK(here() == span.context().span_id());
}

TEST_CASE("a decorated coroutine whose promise propagates has its call's context, and annotates its span") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    class sonde::tests::pool pool(2);
    auto const leaf = sonde::monitored<"leaf">(mon, [](int number) { return number; });
    auto const branch = sonde::monitored<"branch">(mon, [&](int number) -> task<int> {
        co_await pool.schedule();
        sonde::current_span().set_by_name("hops", 1);
        co_return leaf(number);
    });
    auto const root = sonde::monitored<"root">(mon, [&](int number) -> task<int> {
        auto const first = co_await branch(number);
        co_await pool.schedule();
        co_return first + co_await branch(number);
    });
    CHECK(sync_wait(root(3)) == 6);
    CHECK_FALSE(sonde::current_context());

    auto const calls = mon.sink().of<sonde::call_finished>();
    REQUIRE(calls.size() == 5);
    for (int i : {0, 2}) {
        auto const& inner = calls[static_cast<std::size_t>(i)];
        auto const& outer = calls[static_cast<std::size_t>(i) + 1];
        CHECK(inner.name == "leaf");
        CHECK(outer.name == "branch");
        CHECK(inner.parent_span_id == outer.span_id);
        CHECK(outer.parent_span_id == calls[4].span_id);
        CHECK(mon.sink().lines()[static_cast<std::size_t>(i) + 1].find("\"hops\":1") != std::string_view::npos);
    }
}
