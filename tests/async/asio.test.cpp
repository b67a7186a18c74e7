// SPDX-License-Identifier: MIT
// Through Asio's executors, operations and coroutines goes the context that was current where they began.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/async/asio.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::use_awaitable;
using sonde::context_executor;
using sonde::tests::events;
using sonde::tests::watched;

using on_io = context_executor<asio::io_context::executor_type>;
using on_any = context_executor<asio::any_io_executor>;
using on_pool = context_executor<asio::thread_pool::executor_type>;
using on_strand = context_executor<asio::strand<asio::io_context::executor_type>>;

static_assert(asio::execution::is_executor<on_io>::value && asio::execution::is_executor<on_any>::value);
static_assert(asio::execution::is_executor<on_pool>::value && asio::execution::is_executor<on_strand>::value);
static_assert(asio::execution::is_executor<context_executor<asio::system_executor>>::value);
static_assert(asio::execution::is_executor<asio::strand<on_io>>::value);
static_assert(asio::is_executor<on_io>::value && std::is_convertible_v<on_io, asio::any_io_executor>);
static_assert(std::is_convertible_v<on_io, on_any> && !std::is_convertible_v<on_any, on_io>);
static_assert(std::is_default_constructible_v<on_any> && !std::is_default_constructible_v<on_io>);
static_assert(std::is_nothrow_copy_constructible_v<on_io> && std::is_nothrow_move_constructible_v<on_io>);
static_assert(asio::can_require<on_io, asio::execution::blocking_t::never_t>::value);
static_assert(!asio::can_require<on_io, asio::execution::bulk_guarantee_t::sequenced_t>::value);

sonde::span_id here() { return sonde::current_context().span_id(); }

/// Runs it on so many threads until all work is done.
void run(asio::io_context& io, int threads) {
    std::vector<std::thread> others;
    for (int n = 1; n < threads; ++n) {
        others.emplace_back([&] { io.run(); });
    }
    io.run();
    for (auto& each : others) { each.join(); }
}

}  // namespace

TEST_CASE("what is submitted runs in the context it was submitted in") {
    auto mon = watched();
    asio::io_context io;
    on_io const executor(io.get_executor());
    std::vector<sonde::span_id> seen;
    auto const note = [&] { seen.push_back(here()); };
    sonde::span_id expected;
    {
        auto span = mon.span<"submitting">();
        expected = here();
        executor.execute(note);
        asio::post(executor, note);
        asio::defer(executor, note);
        asio::dispatch(executor, note);
        executor.post(note, std::allocator<void>());
        executor.defer(note, std::allocator<void>());
        executor.dispatch(note, std::allocator<void>());
        asio::post(asio::any_io_executor(executor), note);
        asio::post(on_any(executor), note);
        asio::post(io, asio::bind_executor(executor, note));
        asio::post(executor, [note, once = std::make_unique<int>(1)] { note(); });
    }
    asio::post(executor, [&] { CHECK(!sonde::current_context()); });
    auto other = mon.span<"running">();
    auto const before = here();
    asio::post(io, [&] { CHECK(here() == before); });
    io.run();
    CHECK(here() == before);
    REQUIRE(seen.size() == 11);
    for (auto const& each : seen) { CHECK(each == expected); }
}

TEST_CASE("what is submitted from within runs within, and what is dispatched at once is left again") {
    auto mon = watched();
    asio::io_context io;
    on_io const executor(io.get_executor());
    int ran = 0;
    asio::post(executor, [&] {
        auto outer = mon.span<"outer">();
        auto const of_outer = here();
        auto inner = mon.span<"inner">();
        asio::dispatch(executor, [&, of_inner = here()] {
            CHECK(here() == of_inner);
            auto const left = mon.span<"left open">();
            ++ran;
        });
        CHECK(ran == 1);
        CHECK(here() == inner.context().span_id());
        inner.finish();
        CHECK(here() == of_outer);
        asio::post(executor, [&, of_outer] {
            CHECK(here() == of_outer);
            ++ran;
        });
    });
    io.run();
    CHECK(ran == 2);
    CHECK(!sonde::current_context());
}

TEST_CASE("an operation's handler runs in the context in which the operation began") {
    auto mon = watched();
    asio::io_context io;
    on_io const executor(io.get_executor());
    asio::steady_timer plain(io, 0s);
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, on_io> own(
        executor);
    asio::steady_timer any(asio::any_io_executor(executor), 0s);
    sonde::span_id first, second, third, fourth;
    int ran = 0;
    {
        auto span = mon.span<"first">();
        first = here();
        plain.async_wait(asio::bind_executor(executor, [&](auto) {
            CHECK(here() == first);
            CHECK(++ran == 1);
        }));
    }
    {
        auto span = mon.span<"second">();
        second = here();
        own.expires_after(0s);
        own.async_wait([&](auto) { ran += here() == second ? 1 : 100; });
    }
    {
        auto span = mon.span<"third">();
        third = here();
        any.async_wait([&](auto) { ran += here() == third ? 1 : 100; });
    }
    asio::steady_timer bound(io, 0s);
    {
        auto span = mon.span<"fourth">();
        fourth = here();
        bound.async_wait(
            asio::bind_executor(asio::any_io_executor(executor), [&](auto) { ran += here() == fourth ? 1 : 100; }));
    }
    auto running = mon.span<"running">();
    auto const before = here();
    io.run();
    CHECK(ran == 4);
    CHECK(here() == before);
}

TEST_CASE("an executor that tracks work keeps a context, and one that doesn't gives it up") {
    auto mon = watched();
    asio::io_context io;
    on_io const executor(io.get_executor());
    auto span = mon.span<"kept">();
    auto const kept = here();
    {
        auto const tracked = asio::require(executor, asio::execution::outstanding_work.tracked);
        auto const preferred = asio::prefer(asio::any_io_executor(executor), asio::execution::outstanding_work.tracked);
        auto const fork = asio::prefer(tracked, asio::execution::relationship.fork);
        auto const untracked = asio::require(tracked, asio::execution::outstanding_work.untracked);
        CHECK(tracked == asio::require(executor, asio::execution::outstanding_work.tracked));
        CHECK(untracked == executor);
        auto inner = mon.span<"inner">();
        auto const of_inner = here();
        CHECK(tracked != asio::require(executor, asio::execution::outstanding_work.tracked));
        int ran = 0;
        asio::post(tracked, [&] { ran += here() == kept ? 1 : 100; });
        asio::post(preferred, [&] { ran += here() == kept ? 1 : 100; });
        asio::post(fork, [&] { ran += here() == kept ? 1 : 100; });
        asio::post(untracked, [&] { ran += here() == of_inner ? 1 : 100; });
        io.poll();
        CHECK(ran == 4);
        CHECK(!io.stopped());
    }
    CHECK(&asio::query(executor, asio::execution::context) == &io);
    CHECK(&executor.context() == &io);
    CHECK(executor.get_inner_executor() == io.get_executor());
    CHECK(io.stopped());
    io.restart();
    auto guard = asio::make_work_guard(executor);
    io.poll();
    CHECK(!io.stopped());
    guard.reset();
    io.run();
    CHECK(io.stopped());
}

namespace {

// A coroutine of either kind, that checks at each step where it is.
template <class Executor>
asio::awaitable<int, Executor> steps(sonde::monitor<sonde::memory_sink>& mon, int count, std::atomic<int>& wrong) {
    auto const spawned_in = here();
    auto span = mon.span<"coroutine">();
    auto const own = here();
    wrong += own != span.context().span_id();
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor> timer(
        co_await asio::this_coro::executor);
    for (int n = 0; n < count; ++n) {
        timer.expires_after(std::chrono::microseconds(n % 3));
        co_await timer.async_wait(asio::use_awaitable_t<Executor>());
        wrong += here() != own;
        auto step = sonde::monitored<"step">(mon, [&] { wrong += here() == own; });
        step();
        co_await asio::post(asio::use_awaitable_t<Executor>());
        wrong += here() != own;
    }
    wrong += spawned_in == own;
    co_return count;
}

template <class Executor>
void interleave(int threads) {
    auto mon = watched();
    asio::io_context io;
    std::atomic<int> wrong = 0, done = 0;
    std::vector<sonde::context> runs;
    for (int n = 0; n < 8; ++n) {
        auto run = mon.run("run");
        runs.push_back(run.context());
        auto const of_run = here();
        asio::co_spawn(Executor(on_io(io.get_executor())), steps<Executor>(mon, 20, wrong),
                       [&, of_run](auto, int count) {
                           wrong += here() != of_run;  // where it was spawned
                           done += count == 20;
                       });
    }
    run(io, threads);
    CHECK(wrong == 0);
    CHECK(done == 8);
    CHECK(!sonde::current_context());
    // Of each trace: a run, its coroutine, and that one's steps.
    auto const all = events(mon);
    for (auto const& each : runs) {
        auto const trace = std::string(sonde::to_text(each.trace_id()).view());
        std::string coroutine;
        for (auto const& event : all) {
            if (event["trace_id"] == trace && event["name"] == "coroutine") {
                coroutine = event["span_id"];
                CHECK(event["parent_span_id"] == std::string(sonde::to_text(each.span_id()).view()));
            }
        }
        int found = 0;
        for (auto const& event : all) {
            if (event["trace_id"] != trace || event["name"] != "step") { continue; }
            ++found;
            CHECK(event["parent_span_id"] == coroutine);
            CHECK(event["run_id"] == std::string(sonde::to_text(each.run().id()).view()));
        }
        CHECK(found == 20);
    }
}

}  // namespace

TEST_CASE("coroutines that take turns on a thread don't see each other's contexts") {
    interleave<asio::any_io_executor>(1);
    interleave<on_io>(1);
}

TEST_CASE("coroutines on four threads have their contexts wherever they are resumed") {
    interleave<asio::any_io_executor>(4);
    interleave<on_io>(4);
    interleave<on_any>(4);
}

TEST_CASE("spans opened by hand in a coroutine are open behind co_await, and end one after another") {
    auto mon = watched();
    asio::io_context io;
    std::vector<bool> right;
    auto twice = [&](int number) -> asio::awaitable<void> {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        auto const wait = [&] {
            timer.expires_after(0s);
            return timer.async_wait(use_awaitable);
        };
        auto const around = here();
        {
            auto outer = mon.span<"outer">();
            co_await wait();
            {
                auto inner = mon.span<"inner">();
                co_await wait();
                co_await asio::post(use_awaitable);
                right.push_back(here() == inner.context().span_id());
                sonde::current_span().set_by_name("number", number);
            }
            right.push_back(here() == outer.context().span_id());
            co_await wait();
            right.push_back(here() == outer.context().span_id());
        }
        right.push_back(here() == around);
        co_await wait();
        right.push_back(here() == around);
    };
    sonde::span_id of_run;
    {
        auto run = mon.run("run");
        of_run = here();
        for (int n = 0; n < 3; ++n) { asio::co_spawn(on_io(io.get_executor()), twice(n), asio::detached); }
    }
    io.run();
    CHECK(right == std::vector<bool>(15, true));
    CHECK(!sonde::current_context());
    int numbers = 0, outers = 0;
    for (auto const& each : events(mon)) {
        if (each["name"] == "inner") { numbers += each["metadata"]["number"].get<int>(); }
        if (each["name"] == "outer") { outers += each["parent_span_id"] == std::string(sonde::to_text(of_run).view()); }
    }
    CHECK(numbers == 3);
    CHECK(outers == 3);
}

TEST_CASE("over a strand, what is queued together has a context each") {
    auto mon = watched();
    asio::thread_pool pool(4);
    context_executor const executor(asio::make_strand(pool));
    int in_turn = 0;  // the strand's
    std::atomic<int> wrong = 0;
    for (int n = 0; n < 200; ++n) {
        auto span = mon.span<"queued">();
        asio::post(executor, [&, expected = here()] {
            wrong += here() != expected;
            ++in_turn;
        });
    }
    pool.join();
    CHECK(wrong == 0);
    CHECK(in_turn == 200);
}

TEST_CASE("a coroutine on a pool of threads, waited for") {
    auto mon = watched();
    asio::thread_pool pool(4);
    context_executor const executor(pool.get_executor());
    std::atomic<int> wrong = 0;
    auto run = mon.run("run");
    auto answer = asio::co_spawn(executor, steps<asio::any_io_executor>(mon, 10, wrong), asio::use_future);
    CHECK(answer.get() == 10);
    pool.join();
    CHECK(wrong == 0);
}

TEST_CASE("a cancelled operation's coroutine goes on in its context, and both sides of || in that of their parent") {
    using namespace asio::experimental::awaitable_operators;
    auto mon = watched();
    asio::io_context io;
    std::atomic<int> wrong = 0;
    int ended = 0;
    std::optional<asio::steady_timer> never;
    auto waits = [&]() -> asio::awaitable<void> {
        auto span = mon.span<"waits">();
        auto const own = here();
        never.emplace(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        try {
            co_await never->async_wait(use_awaitable);
            ++wrong;
        } catch (boost::system::system_error const& error) {
            wrong += error.code() != asio::error::operation_aborted;
            wrong += here() != own;
            ++ended;
        }
        auto one = [&](std::chrono::steady_clock::duration time) -> asio::awaitable<void> {
            wrong += here() != own;
            asio::steady_timer timer(co_await asio::this_coro::executor, time);
            co_await timer.async_wait(use_awaitable);
            wrong += here() != own;
            ++ended;
        };
        auto const first = co_await (one(1h) || one(0s));
        wrong += first.index() != 1;
        wrong += here() != own;
    };
    asio::co_spawn(on_io(io.get_executor()), waits(), asio::detached);
    asio::post(io, [&] { never->cancel(); });
    io.run();
    CHECK(wrong == 0);
    CHECK(ended == 2);
}

TEST_CASE("a handler's exception leaves its context with it") {
    auto mon = watched();
    asio::io_context io;
    {
        auto span = mon.span<"posting">();
        asio::post(on_io(io.get_executor()), [] { throw 3; });
    }
    auto running = mon.span<"running">();
    auto const before = here();
    CHECK_THROWS_AS(io.run(), int);
    CHECK(here() == before);
}

TEST_CASE("what is never run lets go of its context") {
    auto mon = watched();
    auto const held = std::make_shared<int>(1);
    {
        asio::io_context io;
        auto run = mon.run("run");
        asio::post(on_io(io.get_executor()), [held] {});
        asio::co_spawn(
            on_io(io.get_executor()),
            [](std::shared_ptr<int> kept) -> asio::awaitable<void> {
                asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
                co_await timer.async_wait(use_awaitable);
                ++*kept;
            }(held),
            asio::detached);
        io.poll_one();
        io.poll_one();
    }
    CHECK(held.use_count() == 1);
    CHECK(*held == 1);
}
