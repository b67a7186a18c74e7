// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"

#include <sonde/call/inline_awaited.hpp>
#include <sonde/sonde.hpp>

#include <coroutine>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace sonde::tests;

struct counting {
    int* asked;
    void before(auto&) { ++*asked; }
    void after(auto&, auto& made) { made += 100; }
    void on_error(auto&, std::exception_ptr) { *asked += 1000; }
};
struct skipping {
    static constexpr std::string_view name = "skipping";
    sonde::skip<int> before(auto&) { return {9}; }
};
struct blocking_hook {
    sonde::block before(auto&) { return {"no"}; }
};

struct agent {
    int factor;
    lazy<int> step(int number) { co_return number* factor; }
};

sonde::span_id here() { return sonde::current_context().span_id(); }

template <class Monitor>
auto calls_of(Monitor& mon) {
    return mon.sink().template of<sonde::call_finished>();
}

}  // namespace

TEST_CASE("a call awaited in place takes no frame but the callable's own") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    auto const length = sonde::monitored<"length", sonde::inline_await>(
        mon, [](std::string text) -> counted_lazy<std::size_t> { co_return text.size(); });
    auto const ask = [&]() -> lazy<std::size_t> {
        auto const before = counted_frames::allocated.load();
        auto const made = co_await length("lantern");
        CHECK(counted_frames::allocated <= before + 1);
        co_return made;
    };
    CHECK(sync_wait(ask()) == 7);
    CHECK(counted_frames::allocated == counted_frames::freed);
    auto const calls = calls_of(mon);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].name == "length");
    CHECK(mon.sink().lines()[0].find(R"("input_data":{"arg0":"lantern"},"output_data":{"value":7})") !=
          std::string_view::npos);
}

TEST_CASE("a call awaited in place begins when it is awaited, and lasts until its result is there") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    class pool pool(2);
    auto const inner = sonde::monitored<"inner">(mon, [](int number) { return number; });
    auto const hop = sonde::monitored<"hop", sonde::inline_await>(mon, [&](sonde::context, int& number) -> lazy<void> {
        ++number;
        co_await pool.schedule();
        number += inner(1);
    });
    auto const outer = sonde::monitored<"outer">(mon, [&](sonde::context) -> lazy<int> {
        auto const own = here();
        int number = 0;
        auto waiting = hop(number);
        CHECK(number == 0);
        CHECK(calls_of(mon).empty());
        co_await std::move(waiting);
        CHECK(number == 2);
        CHECK(here() == own);
        { static_cast<void>(hop(number)); }  // never awaited: never a call
        co_return number;
    });
    CHECK(sync_wait(outer()) == 2);
    CHECK_FALSE(sonde::current_context());
    auto const calls = calls_of(mon);
    REQUIRE(calls.size() == 3);
    CHECK(calls[0].parent_span_id == calls[1].span_id);
    CHECK(calls[1].parent_span_id == calls[2].span_id);
}

TEST_CASE("results and exceptions of a call awaited in place are the callable's, and its hooks see them") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    sonde::monitor<sonde::null_sink> off;
    class pool pool(1);
    auto const check = [&](auto& monitor) {
        int asked = 0, target = 5;
        auto const whole = sonde::monitored<"whole", sonde::inline_await>(
            monitor,
            [&](int number) -> lazy<int> {
                co_await pool.schedule();
                if (number < 0) { throw std::runtime_error("negative"); }
                co_return number;
            },
            counting{&asked});
        auto const skipped = sonde::monitored<"skipped", sonde::inline_await>(
            monitor, [](int number) -> lazy<int> { co_return number; }, skipping{});
        auto const blocked = sonde::monitored<"blocked", sonde::inline_await>(
            monitor, [](int number) -> lazy<int> { co_return number; }, blocking_hook{});
        auto const refer =
            sonde::monitored<"refer", sonde::inline_await>(monitor, [&](int) -> lazy<int&> { co_return target; });
        auto const owner = sonde::monitored<"owner", sonde::inline_await>(
            monitor, [](std::unique_ptr<int> given) -> lazy<std::unique_ptr<int>> { co_return std::move(given); });
        auto const step = sonde::monitored<&agent::step, sonde::inline_await>(monitor);
        // Awaited in statements of their own: g++ 12 makes nonsense of a co_await within Catch2's macros.
        auto const ask = [&]() -> lazy<int> {
            auto const seen = co_await whole(3);
            CHECK(seen == 103);
            CHECK(asked == 1);
            auto thrown = false;
            try {
                co_await whole(-1);
            } catch (std::runtime_error const& error) { thrown = error.what() == std::string_view("negative"); }
            CHECK(thrown);
            CHECK(asked == 1002);
            auto const instead = co_await skipped(3);
            CHECK(instead == 9);
            thrown = false;
            try {
                co_await blocked(3);
            } catch (sonde::policy_violation const& error) { thrown = error.reason() == "no"; }
            CHECK(thrown);
            auto& referred = co_await refer(1);
            CHECK(&referred == &target);
            auto const owned = co_await owner(std::make_unique<int>(4));
            CHECK(*owned == 4);
            agent five{5};
            auto const stepped = co_await step(five, 3);
            CHECK(stepped == 15);
            co_return co_await step(&five, 4);
        };
        CHECK(sync_wait(ask()) == 20);
    };
    check(mon);
    check(off);
    auto const calls = calls_of(mon);
    REQUIRE(calls.size() == 8);
    CHECK(calls[1].error_message == "std::runtime_error: negative");
    CHECK(calls[2].status == sonde::status::success);
    CHECK(calls[3].status == sonde::status::blocked);
    CHECK_FALSE(sonde::current_context());
}

TEST_CASE("a call destroyed while it is awaited in place was cancelled") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    manual_event never;
    auto const stuck = sonde::monitored<"stuck", sonde::inline_await>(mon, [&](int) -> lazy<int> {
        co_await never;
        co_return 1;
    });
    {
        auto const ask = [&]() -> lazy<int> { co_return co_await stuck(1); };
        auto waiting = ask();
        auto awaiter = std::move(waiting).operator co_await();
        awaiter.await_suspend(std::noop_coroutine()).resume();
        CHECK(calls_of(mon).empty());
    }
    auto const calls = calls_of(mon);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].status == sonde::status::error);
    CHECK(calls[0].error_message == "cancelled");
    CHECK_FALSE(sonde::current_context());
}
