// SPDX-License-Identifier: MIT
// A bound callable runs in its context on every thread, is called as the callable is, and leaves the thread as it was.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/context/bind_context.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using sonde::bind_context;
using sonde::tests::events;
using sonde::tests::watched;

auto here() { return sonde::current_context().span_id(); }

// Says how it was called.
struct counting {
    int calls = 0;
    constexpr int operator()() & { return ++calls; }
    constexpr int operator()() const& { return 10; }
    constexpr int operator()() && { return 20; }
    constexpr int operator()() const&& { return 30; }
};
struct only_mutable {
    constexpr int operator()() & { return 1; }
    constexpr int operator()() const& = delete;
};
struct only_const {
    constexpr int operator()() const& noexcept { return 1; }
};
struct not_mutable {
    int operator()() & = delete;
    int operator()() const& { return 1; }
    int operator()() && = delete;
    int operator()() const&& = delete;
};
struct only_once {
    std::unique_ptr<int> value;
    std::unique_ptr<int> operator()() && { return std::move(value); }
};
struct pinned {
    explicit pinned(int given) : number(given) {}
    pinned(pinned&&) = delete;
    int number;
};
struct account {
    long long balance = 5;  // as large as g++ 12 takes an object with member functions to be, in its bounds check
    long long after(int more) const { return balance + more; }
};

constexpr bool binds() {
    auto add = bind_context([](int a, int b) { return a + b; });
    auto in = bind_context(sonde::context(), counting{});
    auto const copy = in;
    return add(1, 2) == 3 && in() == 1 && in() == 2 && copy() == 10 && std::move(in)() == 20 &&
           std::move(copy)() == 30 && bind_context(&account::after)(account{}, 2) == 7 &&
           bind_context(&account::balance)(account{}) == 5;
}
// Constants are computed without a thread's context.
static_assert([] {
    auto twice = bind_context([](int n) { return 2 * n; });
    auto copy = twice;
    return copy(4) == 8;
}());

template <class F>
using bound = decltype(bind_context(std::declval<F>()));

static_assert(std::is_copy_constructible_v<bound<counting>> && std::is_copy_assignable_v<bound<counting>>);
static_assert(!std::is_copy_constructible_v<bound<only_once>> && std::is_move_constructible_v<bound<only_once>>);
static_assert(std::is_nothrow_move_constructible_v<bound<only_const>>);

static_assert(std::is_invocable_v<bound<only_mutable>&> && !std::is_invocable_v<bound<only_mutable> const&>);
static_assert(!std::is_invocable_v<bound<only_mutable>> && !std::is_invocable_v<bound<only_mutable> const>);
static_assert(std::is_invocable_v<bound<not_mutable> const&> && !std::is_invocable_v<bound<not_mutable>&>);
static_assert(!std::is_invocable_v<bound<not_mutable>> && !std::is_invocable_v<bound<not_mutable> const>);
static_assert(std::is_invocable_v<bound<only_once>> && !std::is_invocable_v<bound<only_once>&>);
static_assert(!std::is_invocable_v<bound<only_once> const>);
static_assert(std::is_nothrow_invocable_v<bound<only_const>&> && !std::is_nothrow_invocable_v<bound<counting>&>);
static_assert(!std::is_invocable_v<bound<int (*)(int)>, std::string> && !std::is_invocable_v<bound<int (*)(int)>>);
static_assert(std::is_invocable_v<bound<int (*)(int)>, short>);

static_assert(std::is_same_v<std::invoke_result_t<bound<int& (*)()>>, int&>);
static_assert(std::is_same_v<std::invoke_result_t<bound<int const& (*)()>>, int const&>);
static_assert(std::is_same_v<std::invoke_result_t<bound<int && (*)()>>, int&&>);
static_assert(std::is_void_v<std::invoke_result_t<bound<void (*)()>>>);
static_assert(std::is_same_v<std::invoke_result_t<bound<long long account::*>, account&>, long long&>);

static_assert(sonde::context_source<sonde::context> && sonde::context_source<sonde::span_handle&>);
static_assert(sonde::context_source<sonde::open_span<sonde::memory_sink>> && sonde::context_source<sonde::no_span>);
static_assert(sonde::context_source<sonde::open_run<sonde::memory_sink> const&> &&
              sonde::context_source<bound<counting>>);
static_assert(!sonde::context_source<int> && !sonde::context_source<std::string>);

}  // namespace

TEST_CASE("a bound callable is called as the callable is") {
    CHECK(binds());
    int number = 1;
    auto same = bind_context([](int& given) -> int& { return given; });
    CHECK(&same(number) == &number);
    CHECK(bind_context([](int given) { return pinned(given); })(3).number == 3);
    CHECK(*bind_context(only_once{std::make_unique<int>(4)})() == 4);
    auto take = bind_context([](std::unique_ptr<int> given) { return given; });
    CHECK(*take(std::make_unique<int>(5)) == 5);
    auto count = [calls = 0]() mutable { return ++calls; };
    auto by_reference = bind_context(std::ref(count));
    by_reference();
    CHECK(by_reference() == 2);
    CHECK(count() == 3);
}

TEST_CASE("it runs in the context of the thread that made it") {
    auto mon = watched();
    auto leaf = sonde::monitored<"leaf">(mon, [] {});
    std::optional<sonde::run_id> in_run;
    {
        auto run = mon.run("run");
        auto span = mon.span<"span">();
        auto bound = bind_context([&] {
            leaf();
            in_run = sonde::current_run().id();
            return here();
        });
        auto const parent = here();
        std::thread([&, copy = bound] {
            auto other = mon.span<"other">();
            auto const before = here();
            CHECK(before != parent);
            CHECK(copy() == parent);
            CHECK(std::as_const(bound)() == parent);
            CHECK(here() == before);
        }).join();
        CHECK(in_run == run.id());
        CHECK(std::async(std::launch::async, bound).get() == parent);
    }
    auto const all = events(mon);
    auto const& span = all[all.size() - 2];
    int leaves = 0;
    for (auto const& each : all) {
        if (each["name"] != "leaf") { continue; }
        ++leaves;
        CHECK(each["parent_span_id"] == span["span_id"]);
        CHECK(each["trace_id"] == span["trace_id"]);
    }
    CHECK(leaves == 3);
}

TEST_CASE("arguments go with it through a thread and a std::function") {
    auto mon = watched();
    auto span = mon.span<"span">();
    auto const parent = here();
    std::atomic<int> sum = 0;
    std::vector<std::thread> threads;
    for (int n = 1; n <= 4; ++n) {
        threads.emplace_back(bind_context([&](int given) { sum += here() == parent ? given : 100; }), n);
    }
    for (auto& each : threads) { each.join(); }
    CHECK(sum == 10);
    std::function<bool()> later = bind_context([&] { return here() == parent; });
    std::thread([&] { CHECK(later()); }).join();
}

TEST_CASE("it can be bound to a context, a span or a run that is given") {
    auto mon = watched();
    auto run = mon.run("run");
    auto const of_run = here();
    auto span = mon.span<"span">();
    auto inner = mon.span<"inner">();
    CHECK(bind_context(run, here)() == of_run);
    CHECK(bind_context(span, here)() == span.context().span_id());
    CHECK(bind_context(sonde::current_span(), here)() == inner.context().span_id());
    CHECK(bind_context(span.context(), here)() != here());
    CHECK(bind_context(bind_context(span, here), here)() == span.context().span_id());
    CHECK(bind_context(run, bind_context(span, here))() == span.context().span_id());
    auto moved = bind_context(span, here);
    auto const target = std::move(moved);
    CHECK(target() == span.context().span_id());
    CHECK(moved() == span.context().span_id());
}

TEST_CASE("bound where there is no context, it hides the calling thread's") {
    auto mon = watched();
    auto bound = bind_context([] { return static_cast<bool>(sonde::current_context()); });
    auto span = mon.span<"span">();
    CHECK(!bound());
    CHECK(sonde::current_context());
}

TEST_CASE("what it throws goes through, and the thread has its own context again") {
    auto mon = watched();
    auto other = mon.span<"other">();
    auto throwing = bind_context([](int given) { throw given; });
    auto span = mon.span<"span">();
    auto const before = here();
    CHECK_THROWS_AS(throwing(3), int);
    CHECK(here() == before);
}

TEST_CASE("a context keeps its run, also while the callable that has it is destroyed by its own call") {
    auto mon = watched();
    std::optional<std::function<void()>> own;
    sonde::run_id id, seen;
    {
        auto run = mon.run("run");
        id = run.id();
        own.emplace(bind_context([&] {
            auto& outside = seen;
            own.reset();
            outside = sonde::current_run().id();
        }));
    }
    (*own)();
    CHECK(seen == id);
}
