// SPDX-License-Identifier: MIT
// Decorated coroutines of Boost.Asio's: with a context they keep it behind timers, threads and cancellation; without one
// they see none, or that of who runs the loop.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace sonde::literals;
using asio::awaitable;
using asio::use_awaitable;
using sonde::context;
using sonde::monitored;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

auto here() { return sonde::current_context().span_id(); }
constexpr sonde::span_id nowhere{};
std::string text(sonde::span_id id) { return std::string(sonde::to_text(id).view()); }

// Behind it, another handler may have run, and this may be another thread.
awaitable<void> breathe() {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::microseconds(1));
    co_await timer.async_wait(use_awaitable);
}
awaitable<void> wait_for_cancellation() {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(use_awaitable);
}

void run(asio::io_context& io, std::size_t threads) {
    std::vector<std::thread> others;
    for (std::size_t n = 1; n < threads; ++n) {
        others.emplace_back([&] { io.run(); });
    }
    io.run();
    for (auto& each : others) { each.join(); }
    io.restart();
}

template <class T>
T run_alone(asio::io_context& io, awaitable<T> task) {
    auto made = asio::co_spawn(io, std::move(task), asio::use_future);
    run(io, 1);
    return made.get();
}

template <class Monitor>
struct service {
    Monitor& mon;
    awaitable<int> handle(context, int n) {
        co_await breathe();
        mon.template emit<"handled">();
        co_return n;
    }
};

}  // namespace

TEST_CASE("with a context: what it does is its call's, on one thread and on four") {
    for (std::size_t const threads : {1U, 4U}) {
        auto mon = watched();
        asio::io_context io;
        auto leaf = monitored<"leaf">(mon, [] {});
        auto inner = monitored<"inner">(mon, [&](context, int n) -> awaitable<int> {
            co_await breathe();
            leaf();
            co_return n;
        });
        auto work = monitored<"work">(mon, [&](context, int n) -> awaitable<int> {
            auto const own = here();
            {
                auto held = mon.span<"held">();
                co_await breathe();
                n += co_await inner(1);
                held.set("n"_f = n);
            }
            co_await asio::post(io, use_awaitable);
            CHECK(here() == own);
            sonde::current_span().set("n"_f = n);
            leaf();
            co_return n;
        });
        static_assert(std::is_same_v<decltype(work(1)), awaitable<int>>);
        constexpr int count = 30;
        std::vector<std::future<int>> results;
        for (int n = 0; n < count; ++n) { results.push_back(asio::co_spawn(io, work(n), asio::use_future)); }
        CHECK(events(mon).empty());
        run(io, threads);
        for (int n = 0; n < count; ++n) { CHECK(results[static_cast<std::size_t>(n)].get() == n + 1); }
        CHECK(here() == nowhere);
        std::map<std::string, json> by_span;
        auto const all = events(mon);
        REQUIRE(all.size() == 5 * count);
        for (auto const& each : all) { by_span[each["span_id"]] = each; }
        for (auto const& each : all) {
            auto const name = each["name"].get<std::string>();
            if (name == "work") {
                CHECK(each["parent_span_id"] == nullptr);
                CHECK(each["metadata"]["n"] == each["input_data"]["arg0"].get<int>() + 1);
                continue;
            }
            auto const parent = by_span.at(each["parent_span_id"])["name"].get<std::string>();
            if (name == "held") { CHECK(parent == "work"); }
            if (name == "inner") { CHECK(parent == "held"); }
            if (name == "leaf") { CHECK((parent == "work" || parent == "inner")); }
        }
    }
}

TEST_CASE("without one: no span, or that of who runs the loop") {
    for (std::size_t const threads : {1U, 4U}) {
        auto mon = watched();
        asio::io_context io;
        auto leaf = monitored<"leaf">(mon, [] {});
        auto work = monitored<"work">(mon, [&](int n) -> awaitable<int> {
            co_await breathe();
            leaf();
            co_return n;
        });
        std::vector<std::future<int>> results;
        for (int n = 0; n < 30; ++n) { results.push_back(asio::co_spawn(io, work(n), asio::use_future)); }
        run(io, threads);
        for (int n = 0; n < 30; ++n) { CHECK(results[static_cast<std::size_t>(n)].get() == n); }
        for (auto const& each : events(mon)) { CHECK(each["parent_span_id"] == nullptr); }
        CHECK(events(mon).size() == 60);
        CHECK(here() == nowhere);
    }
}

TEST_CASE("members, plain coroutines, and a context that is given") {
    auto mon = watched();
    asio::io_context io;
    service<decltype(mon)> object{mon};
    auto handle = monitored<"handle">(mon, &service<decltype(mon)>::handle);
    auto request = mon.span<"request">();
    CHECK(run_alone(io, handle(object, 4)) == 4);
    auto all = events(mon);
    REQUIRE(all.size() == 2);
    CHECK(all[0]["event_type"] == "handled");
    CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
    CHECK(all[1]["parent_span_id"] == text(request.context().span_id()));
    {
        auto other = mon.span<"other">();
        CHECK(run_alone(io, handle(object, request.context(), 5)) == 5);
        CHECK(last_event(mon)["parent_span_id"] == text(request.context().span_id()));
        // Not decorated: the context that it is given.
        CHECK(run_alone(io, object.handle(request.context(), 6)) == 6);
        CHECK(last_event(mon)["parent_span_id"] == text(request.context().span_id()));
    }
}

TEST_CASE("what Asio's promise makes of its own operands") {
    auto mon = watched();
    asio::io_context io;
    auto work = monitored<"work">(mon, [&](context) -> awaitable<std::string> {
        auto const executor = co_await asio::this_coro::executor;
        CHECK((executor == io.get_executor()));
        auto const state = co_await asio::this_coro::cancellation_state;
        CHECK(state.cancelled() == asio::cancellation_type::none);
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await asio::this_coro::throw_if_cancelled(false);
        asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
        asio::post(executor, [&] { timer.cancel(); });
        boost::system::error_code error;
        co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
        CHECK(error == asio::error::operation_aborted);
        auto const own = here();
        auto const nested = co_await asio::co_spawn(
            executor,
            [&]() -> awaitable<int> {
                co_await breathe();
                co_return 5;
            },
            use_awaitable);
        CHECK(here() == own);
        co_return std::to_string(nested);
    });
    CHECK(run_alone(io, work()) == "5");
    CHECK(events(mon).size() == 1);
}

TEST_CASE("an exception is the call's error, and so is a cancellation that Asio tells by one") {
    for (bool const with_context : {false, true}) {
        auto mon = watched();
        asio::io_context io;
        auto fails = monitored<"fails">(mon, [](context, bool throws) -> awaitable<int> {
            co_await breathe();
            if (throws) { throw std::runtime_error("late"); }
            co_return 1;
        });
        CHECK_THROWS_WITH(run_alone(io, fails(true)), "late");
        CHECK(last_event(mon)["error_message"] == "std::runtime_error: late");

        asio::cancellation_signal stop;
        auto const waits = [&]() -> awaitable<void> {
            if (with_context) {
                return monitored<"waits">(mon, [](context) -> awaitable<void> { co_await wait_for_cancellation(); })();
            }
            return monitored<"waits">(mon, []() -> awaitable<void> { co_await wait_for_cancellation(); })();
        };
        std::exception_ptr error;
        asio::co_spawn(io, waits(),
                       asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr given) { error = given; }));
        asio::post(io, [&] { stop.emit(asio::cancellation_type::all); });
        run(io, 1);
        CHECK(error != nullptr);
        CHECK(last_event(mon)["name"] == "waits");
        CHECK(last_event(mon)["status"] == "error");
        CHECK_THAT(last_event(mon)["error_message"].get<std::string>(), sonde::tests::contains_text("system_error"));
        CHECK(here() == nowhere);
    }
}

TEST_CASE("operators: one of two is cancelled, both know where they belong") {
    using namespace asio::experimental::awaitable_operators;
    for (std::size_t const threads : {1U, 4U}) {
        auto mon = watched();
        asio::io_context io;
        auto quick = monitored<"quick">(mon, [&](context, int n) -> awaitable<int> {
            co_await breathe();
            co_return n;
        });
        auto slow = monitored<"slow">(mon, [&](context) -> awaitable<void> {
            auto const held = mon.span<"held">();
            co_await wait_for_cancellation();
        });
        auto both = monitored<"both">(mon, [&](context) -> awaitable<int> {
            auto const first = co_await (quick(3) || slow());
            auto const [one, two] = co_await (quick(4) && quick(5));
            mon.emit<"told">();
            co_return std::get<0>(first) + one + two;
        });
        auto made = asio::co_spawn(asio::make_strand(io), both(), asio::use_future);
        run(io, threads);
        CHECK(made.get() == 12);
        auto const all = events(mon);
        REQUIRE(all.size() == 7);
        auto const& call = all.back();
        CHECK(call["name"] == "both");
        for (auto const& each : all) {
            if (each["name"] == "quick" || each["name"] == "slow" || each["event_type"] == "told") {
                CHECK(each["parent_span_id"] == call["span_id"]);
            }
            if (each["name"] == "slow") { CHECK(each["status"] == "error"); }
        }
        CHECK(here() == nowhere);
    }
}

TEST_CASE("destroyed with its loop, it was cancelled") {
    auto mon = watched();
    {
        asio::io_context io;
        auto waits = monitored<"waits">(mon, [&](context, std::string) -> awaitable<void> {
            auto const held = mon.span<"held">();
            co_await wait_for_cancellation();
        });
        auto unaware = monitored<"unaware">(mon, [&]() -> awaitable<void> { co_await wait_for_cancellation(); });
        asio::co_spawn(io, waits(std::string(50, 'x')), asio::detached);
        asio::co_spawn(io, unaware(), asio::detached);
        io.poll();
        CHECK(events(mon).empty());
        CHECK(here() == nowhere);
    }
    auto const all = events(mon);
    REQUIRE(all.size() == 3);
    for (auto const& each : all) {
        if (each["name"] != "held") { CHECK(each["error_message"] == "cancelled"); }
    }
    CHECK(here() == nowhere);
}

TEST_CASE("switched off, and with the null sink, it is the callable's own") {
    asio::io_context io;
    auto const body = [](context given, int n) -> awaitable<int> {
        co_await breathe();
        CHECK(given.span_id() == here());
        co_return n;
    };
    auto mon = watched();
    mon.enabled(false);
    CHECK(run_alone(io, monitored<"work">(mon, body)(1)) == 1);
    auto none = watched<sonde::null_sink>();
    CHECK(run_alone(io, monitored<"work">(none, body)(2)) == 2);
}
