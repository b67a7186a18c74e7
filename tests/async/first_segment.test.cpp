// SPDX-License-Identifier: MIT
// A coroutine that knows nothing of contexts is within its call until it first suspends, then within none: never a wrong one.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <coroutine>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using sonde::current_context;
using sonde::monitored;
using sonde::tests::eager;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::lazy;
using sonde::tests::pool;
using sonde::tests::sync_wait;
using sonde::tests::templated_lazy;
using sonde::tests::traits_task;
using sonde::tests::watched;
using namespace sonde::literals;

// Deep where the language's transfers take no stack: g++ makes calls of them without optimisation, and both for sanitizers.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr int many = 1'000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int many = 1'000;
#else
constexpr int many = 1'000'000;
#endif
#else
constexpr int many = 1'000'000;
#endif

constexpr sonde::span_id nowhere{};
auto here() { return current_context().span_id(); }
std::string text(sonde::span_id id) { return std::string(sonde::to_text(id).view()); }

template <class Task>
void start(Task& task) {
    std::move(task).operator co_await().lazy.resume();
}

// Waits for `go`.
struct step {
    std::coroutine_handle<> waiting = nullptr;
    void go() { std::exchange(waiting, nullptr).resume(); }

    // Not its own awaiter: g++ 12 would copy one that it is given by reference (maybe GCC bug 99575).
    struct awaiter {
        step& of;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> who) const noexcept { of.waiting = who; }
        void await_resume() const noexcept {}
    };
    awaiter operator co_await() noexcept { return {*this}; }
};

// Goes on at once, after it has suspended.
struct bounce {
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<>) const noexcept { return false; }
    void await_resume() const noexcept {}
};

// Without symmetric transfer: each resumes the other within its own resumption. `Any`: it does not look into promises.
template <class T, bool Any>
class inline_lazy {
public:
    struct promise_type : sonde::tests::outcome<T> {
        struct resume_inline {
            bool await_ready() const noexcept { return false; }
            void await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                own.promise().continuation.resume();
            }
            void await_resume() const noexcept {}
        };
        inline_lazy get_return_object() noexcept {
            return inline_lazy(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        resume_inline final_suspend() const noexcept { return {}; }
        std::coroutine_handle<> continuation = std::noop_coroutine();
    };
    struct awaiter {
        std::coroutine_handle<promise_type> started;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> consumer) const
            requires Any
        {
            started.promise().continuation = consumer;
            started.resume();
        }
        template <class Promise>
            requires(!Any)
        void await_suspend(std::coroutine_handle<Promise> consumer) const {
            started.promise().continuation = consumer;
            started.resume();
        }
        T await_resume() const { return started.promise().take(); }
    };
    awaiter operator co_await() && noexcept { return {coroutine_.get()}; }

private:
    explicit inline_lazy(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    sonde::tests::owned_coroutine<promise_type> coroutine_;
};

lazy<int> chain(int n) {
    if (n == 0) { co_return 0; }
    co_return 1 + co_await chain(n - 1);
}

lazy<int> nested(sonde::monitor<sonde::memory_sink>& mon, int n) {
    if (n == 0) { co_return 0; }
    auto next = monitored<"next", sonde::no_input, sonde::no_output>(mon, &nested);
    co_return 1 + co_await next(mon, n - 1);
}

}  // namespace

TEMPLATE_TEST_CASE("what is done before it first suspends belongs to the call", "", lazy<int>, eager<int>,
                   traits_task<int>) {
    auto mon = watched();
    pool threads(1);
    auto leaf = monitored<"leaf">(mon, [](std::string) {});
    auto work = monitored<"work">(mon, [&](int n) -> TestType {
        leaf("before");
        sonde::current_span().set("n"_f = n);
        co_await bounce{};
        leaf("still");
        co_await threads.schedule();
        leaf("after");
        sonde::current_span().set("lost"_f = n);
        co_return n;
    });
    auto const around = mon.span<"around">();
    CHECK(sync_wait(work(5)) == 5);
    auto const all = events(mon);
    REQUIRE(all.size() == 4);
    CHECK(all[3]["name"] == "work");
    CHECK(all[0]["parent_span_id"] == all[3]["span_id"]);
    CHECK(all[1]["parent_span_id"] == all[3]["span_id"]);
    CHECK(all[2]["parent_span_id"] == nullptr);
    CHECK(all[3]["metadata"].dump() == R"({"n":5})");
    CHECK(all[3]["parent_span_id"] == text(around.context().span_id()));
    CHECK(here() == around.context().span_id());
}

TEST_CASE("an awaiter that looks into promises has no context, and no wrong one") {
    auto mon = watched();
    sonde::span_id seen = {1};
    auto work = monitored<"work">(mon, [&]() -> templated_lazy<int> {
        seen = here();
        co_return 1;
    });
    CHECK(sync_wait(work()) == 1);
    CHECK(seen == nowhere);
    CHECK(here() == nowhere);
}

TEMPLATE_TEST_CASE("who goes on within the resumption of what it awaited is not in that call", "",
                   (inline_lazy<int, true>), (inline_lazy<int, false>), lazy<int>, eager<int>, traits_task<int>) {
    auto mon = watched();
    pool threads(1);
    std::vector<sonde::span_id> within, between;
    auto work = monitored<"work">(mon, [&](bool hops) -> TestType {
        within.push_back(here());
        if (hops) { co_await threads.schedule(); }
        co_return 1;
    });
    auto consumer = [&]() -> lazy<int> {
        int sum = 0;
        for (bool const hops : {false, true, false}) {
            sum += co_await work(hops);
            between.push_back(here());
        }
        co_return sum;
    };
    CHECK(sync_wait(consumer()) == 3);
    for (auto const& each : within) { CHECK(each != nowhere); }
    CHECK(between == std::vector(3, nowhere));
    for (auto const& each : events(mon)) { CHECK(each["parent_span_id"] == nullptr); }
    CHECK(here() == nowhere);
}

TEST_CASE("when it suspends, the thread is as it was, and so it is while others run it on") {
    auto mon = watched();
    step first, second;
    std::vector<sonde::span_id> seen;
    auto work = monitored<"work">(mon, [&](int) -> lazy<int> {
        seen.push_back(here());
        auto held = mon.span<"held">();
        seen.push_back(here());
        co_await first;
        seen.push_back(here());
        co_await second;
        seen.push_back(here());
        co_return 1;
    });
    auto const around = mon.span<"around">();
    auto const outside = here();
    auto task = work(1);
    start(task);
    CHECK(here() == outside);
    sonde::with_context({}, [&] { first.go(); });
    CHECK(here() == outside);
    std::thread([&] { second.go(); }).join();
    CHECK(here() == outside);
    REQUIRE(seen.size() == 4);
    CHECK(seen[0] != outside);
    CHECK(seen[1] != seen[0]);
    CHECK(seen[2] == nowhere);
    CHECK(seen[3] == nowhere);
    auto const all = events(mon);
    REQUIRE(all.size() == 2);
    CHECK(all[0]["name"] == "held");
    CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
}

TEST_CASE("decorated calls within decorated calls, each in the first segment of the one around") {
    auto mon = watched();
    pool threads(2);
    auto inner = monitored<"inner">(mon, [&](int n) -> lazy<int> {
        if (n % 2 != 0) { co_await threads.schedule(); }
        co_return n;
    });
    auto middle = monitored<"middle">(mon, [&](int n) -> lazy<int> { co_return co_await inner(n) + 1; });
    auto outer = monitored<"outer">(mon, [&](int n) -> lazy<int> { co_return co_await middle(n) + 1; });
    for (int n = 0; n < 4; ++n) {
        mon.sink().clear();
        CHECK(sync_wait(outer(n)) == n + 2);
        auto const all = events(mon);
        REQUIRE(all.size() == 3);
        CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
        CHECK(all[1]["parent_span_id"] == all[2]["span_id"]);
        CHECK(all[2]["parent_span_id"] == nullptr);
        CHECK(here() == nowhere);
    }
}

TEST_CASE("after an inner call that didn't suspend, the outer one is still the parent") {
    auto mon = watched();
    std::vector<sonde::span_id> seen;
    auto inner = monitored<"inner">(mon, [](bool throws) -> lazy<int> {
        if (throws) { throw std::runtime_error("inner"); }
        co_return 1;
    });
    auto outer = monitored<"outer">(mon, [&]() -> lazy<int> {
        seen.push_back(here());
        co_await inner(false);
        seen.push_back(here());
        try {
            co_await inner(true);
        } catch (std::runtime_error const&) { seen.push_back(here()); }
        co_return 1;
    });
    CHECK(sync_wait(outer()) == 1);
    REQUIRE(seen.size() == 3);
    CHECK(seen[0] != nowhere);
    CHECK(seen[1] == seen[0]);
    CHECK(seen[2] == seen[0]);
    auto const all = events(mon);
    REQUIRE(all.size() == 3);
    CHECK(all[0]["parent_span_id"] == all[2]["span_id"]);
    CHECK(all[1]["parent_span_id"] == all[2]["span_id"]);
}

TEST_CASE("two interleaved on one thread don't see each other") {
    auto mon = watched();
    step steps[2];
    std::vector<sonde::span_id> seen[2];
    auto work = monitored<"work">(mon, [&](std::size_t n) -> lazy<int> {
        seen[n].push_back(here());
        co_await steps[n];
        seen[n].push_back(here());
        co_await steps[n];
        seen[n].push_back(here());
        co_return 0;
    });
    auto first = work(0), second = work(1);
    start(first), start(second);
    steps[1].go(), steps[0].go(), steps[1].go(), steps[0].go();
    for (auto const& each : seen) {
        REQUIRE(each.size() == 3);
        CHECK(each[0] != nowhere);
        CHECK(each[1] == nowhere);
        CHECK(each[2] == nowhere);
    }
    CHECK(seen[0][0] != seen[1][0]);
    CHECK(events(mon).size() == 2);
}

TEST_CASE("an eager coroutine that goes on elsewhere before its call awaits it") {
    auto mon = watched();
    pool threads(3);
    auto leaf = monitored<"leaf">(mon, [] {});
    auto work = monitored<"work">(mon, [&](int n) -> eager<int> {
        leaf();
        co_await threads.schedule();
        co_return n;
    });
    std::vector<eager<int>> all_tasks;
    for (int n = 0; n < 50; ++n) { all_tasks.push_back(work(n)); }
    int sum = 0;
    for (auto& each : all_tasks) { sum += sync_wait(std::move(each)); }
    CHECK(sum == 50 * 49 / 2);
    CHECK(events(mon).size() == 100);
}

TEST_CASE("lazy ones that hop at once, and again, many at a time") {
    auto mon = watched();
    pool threads(3);
    auto work = monitored<"work">(mon, [&](int n) -> lazy<int> {
        co_await threads.schedule();
        co_await threads.schedule();
        co_return n;
    });
    auto both = [&](int n) -> eager<int> { co_return co_await work(n) + co_await work(n); };
    std::vector<eager<int>> all_tasks;
    for (int n = 0; n < 50; ++n) { all_tasks.push_back(both(n)); }
    int sum = 0;
    for (auto& each : all_tasks) { sum += sync_wait(std::move(each)); }
    CHECK(sum == 50 * 49);
    CHECK(events(mon).size() == 100);
}

TEST_CASE("a long chain of coroutines within one call takes no more stack than without it") {
    auto mon = watched();
    auto work = monitored<"work">(mon, [](int n) -> lazy<int> { co_return co_await chain(n); });
    CHECK(sync_wait(work(many)) == many);
    CHECK(last_event(mon)["output_data"]["value"] == many);
}

TEST_CASE("nor does a long chain of calls") {
    auto mon = watched();
    constexpr int depth = many > 100'000 ? 100'000 : many;
    CHECK(sync_wait(nested(mon, depth)) == depth);
    CHECK(mon.sink().size() == depth);
}

TEST_CASE("nor does a loop of calls that complete at once") {
    auto mon = watched();
    auto step = monitored<"step", sonde::no_input, sonde::no_output>(mon, [](int n) -> lazy<int> { co_return n & 1; });
    auto loop = [&](int n) -> lazy<int> {
        int sum = 0;
        for (int i = 0; i < n; ++i) {
            sum += co_await step(i);
            if (i % 1000 == 0) { mon.sink().clear(); }
        }
        co_return sum;
    };
    CHECK(sync_wait(loop(many)) == many / 2);
    auto outer = monitored<"outer">(mon, loop);
    CHECK(sync_wait(outer(many)) == many / 2);
}

namespace {

// Throws out of its resumption; what it awaits may have been suspended before.
struct loud {
    struct promise_type {
        loud get_return_object() noexcept {
            return {sonde::tests::owned_coroutine(std::coroutine_handle<promise_type>::from_promise(*this))};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const { throw; }
    };
    sonde::tests::owned_coroutine<promise_type> own;
};

}  // namespace

TEST_CASE("what a consumer throws goes to whoever resumed the decorated task that it awaited") {
    auto mon = watched();
    sonde::tests::manual_event event;
    auto const task = sonde::monitored<"task">(mon, [&]() -> sonde::tests::lazy<int> {
        co_await event;
        co_return 1;
    });
    auto const consume = [&]() -> loud { throw co_await task(); };
    auto const consumer = consume();
    consumer.own.get().resume();
    auto caught = 0;
    try {
        event.set();
    } catch (int thrown) { caught = thrown; }
    CHECK(caught == 1);
    CHECK_FALSE(sonde::current_context());
}
