// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/generators.hpp"
#include "support/tasks.hpp"

#include <sonde/async/traits.hpp>
#include <sonde/sonde.hpp>

#include <coroutine>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using sonde::async_kind;
using sonde::async_kind_of;
using sonde::tests::lazy;
using sonde::tests::sync_wait;

// Starts at the call, and nobody can wait for it.
struct detached {
    struct promise_type {
        detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept {}
    };
};

// May be awaited again and again, a value each time: not what awaiting it once would give.
struct stream {
    struct promise_type {
        stream get_return_object() const noexcept { return {}; }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        std::suspend_always yield_value(int) const noexcept { return {}; }
        void return_value(int) const noexcept {}
        void unhandled_exception() const noexcept {}
    };
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    int await_resume() const noexcept { return 0; }
};

// Is no awaitable itself; one has to ask it for one.
struct reluctant {
    struct promise_type {
        reluctant get_return_object() noexcept {
            return {sonde::tests::owned_coroutine(std::coroutine_handle<promise_type>::from_promise(*this))};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        sonde::tests::resume_continuation final_suspend() const noexcept { return {}; }
        void return_value(int given) noexcept { value = given; }
        void unhandled_exception() const noexcept {}
        std::coroutine_handle<> continuation = std::noop_coroutine();
        int value = 0;
    };
    struct when_done {
        std::coroutine_handle<promise_type> of;
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
            of.promise().continuation = consumer;
            return of;
        }
        int await_resume() const noexcept { return of.promise().value; }
    };
    [[nodiscard]] when_done done() const noexcept { return {own.get()}; }
    sonde::tests::owned_coroutine<promise_type> own;
};

// Could be awaited, and is not to be.
struct unwatched : lazy<int> {
    struct promise_type : lazy<int>::promise_type {
        unwatched get_return_object() noexcept { return {lazy<int>::promise_type::get_return_object()}; }
    };
};

}  // namespace

template <>
struct sonde::async_traits<reluctant> {
    static auto await(reluctant& task) noexcept { return task.done(); }
};
template <>
struct sonde::async_traits<unwatched> {
    static constexpr auto kind = async_kind::plain;
};

static_assert(async_kind_of<int> == async_kind::plain);
static_assert(async_kind_of<void> == async_kind::plain);
static_assert(async_kind_of<std::string> == async_kind::plain);
static_assert(async_kind_of<std::vector<int>> == async_kind::plain);
static_assert(async_kind_of<std::future<int>, int> == async_kind::plain);
static_assert(async_kind_of<lazy<int>> == async_kind::awaitable);
static_assert(async_kind_of<lazy<void>, int, std::string const&> == async_kind::awaitable);
static_assert(async_kind_of<lazy<int&>> == async_kind::awaitable);
static_assert(async_kind_of<lazy<std::unique_ptr<int>>> == async_kind::awaitable);
static_assert(async_kind_of<lazy<int>&> == async_kind::plain);  // somebody else's
static_assert(async_kind_of<sonde::tests::eager<int>> == async_kind::awaitable);
static_assert(async_kind_of<sonde::tests::templated_lazy<int>> == async_kind::awaitable);
static_assert(async_kind_of<sonde::tests::traits_task<int>> == async_kind::awaitable);
static_assert(async_kind_of<sonde::tests::generator<int>> == async_kind::generator);
static_assert(async_kind_of<sonde::tests::generator<std::string const&>, int> == async_kind::generator);
static_assert(async_kind_of<sonde::tests::generator<std::unique_ptr<int>>> == async_kind::generator);
static_assert(async_kind_of<sonde::tests::async_generator<int>> == async_kind::async_generator);
static_assert(async_kind_of<detached> == async_kind::plain);
static_assert(async_kind_of<stream> == async_kind::plain);
static_assert(async_kind_of<reluctant> == async_kind::awaitable);
static_assert(async_kind_of<unwatched> == async_kind::plain);

TEST_CASE("a task that is no awaitable is awaited as its traits say, whole or in place") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    auto const ask = [](int number) -> reluctant { co_return number + 1; };
    auto const asked = sonde::monitored<"asked">(mon, ask);
    auto const in_place = sonde::monitored<"in_place", sonde::inline_await>(mon, ask);
    auto const both = [&](int number) -> lazy<int> {
        co_return co_await asked(number).done() * 100 + co_await in_place(number);
    };
    CHECK(sync_wait(both(3)) == 404);
    auto const calls = mon.sink().of<sonde::call_finished>();
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].name == "asked");
    CHECK(calls[1].name == "in_place");
    CHECK(calls[0].status == sonde::status::success);
}

TEST_CASE("what traits call plain is over when the call returns") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    auto const ask = sonde::monitored<"ask">(mon, [](int number) -> detached {
        static_cast<void>(number);
        co_return;
    });
    ask(3);
    CHECK(mon.sink().of<sonde::call_finished>().size() == 1);
}
