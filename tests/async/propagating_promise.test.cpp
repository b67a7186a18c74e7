// SPDX-License-Identifier: MIT
// Coroutines that take their context along: what they do belongs to their call on every thread, and nothing else does.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <coroutine>
#include <cstddef>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Every coroutine of this type.
template <class T>
inline constexpr bool sonde::enable_propagation<sonde::tests::counted_lazy<T>> = true;

namespace {

using sonde::context;
using sonde::current_context;
using sonde::monitored;
using sonde::tests::counted_lazy;
using sonde::tests::eager;
using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::lazy;
using sonde::tests::manual_event;
using sonde::tests::pool;
using sonde::tests::sync_wait;
using sonde::tests::templated_lazy;
using sonde::tests::traits_task;
using sonde::tests::watched;
using namespace sonde::literals;

auto here() { return current_context().span_id(); }
constexpr sonde::span_id nowhere{};
std::string text(sonde::span_id id) { return std::string(sonde::to_text(id).view()); }

template <class Task>
void start(Task& task) {
    std::move(task).operator co_await().lazy.resume();
}

// The one event of this name.
json named(std::vector<json> const& all, std::string const& name) {
    json found;
    for (auto const& each : all) {
        if (each["name"] == name || each["event_type"] == name) {
            CHECK(found.is_null());
            found = each;
        }
    }
    REQUIRE(!found.is_null());
    return found;
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

struct service {
    step& wait;
    lazy<sonde::span_id> look(context, int) const {
        co_await wait;
        co_return here();
    }
    static lazy<sonde::span_id> look_statically(context const, step& wait) {
        co_await wait;
        co_return here();
    }
};

lazy<sonde::span_id> plain_helper(context, step& wait) {
    co_await wait;
    co_return here();
}

}  // namespace

TEMPLATE_TEST_CASE("what a coroutine does on any thread belongs to its call", "", lazy<int>, eager<int>,
                   templated_lazy<int>) {
    auto mon = watched();
    pool threads(2);
    auto leaf = monitored<"leaf">(mon, [](std::string) {});
    auto work = monitored<"work">(mon, [&](context, int n) -> TestType {
        leaf("first");
        for (int i = 0; i < n; ++i) { co_await threads.schedule(); }
        mon.template emit<"told">();
        sonde::current_span().set("where"_f = "work");
        {
            auto held = mon.template span<"held">();
            co_await threads.schedule();
            mon.template emit<"told_within">();
            held.set("where"_f = "held");
            sonde::current_span().set("current"_f = true);
        }
        co_await threads.schedule();
        {
            auto run = mon.run("round");
            co_await threads.schedule();
            mon.template emit<"told_in_run">();
        }
        mon.template emit<"told_last">();
        co_return n;
    });
    CHECK(sync_wait(work(5)) == 5);
    auto const all = events(mon);
    auto const call = named(all, "work"), held = named(all, "held");
    CHECK(named(all, "leaf")["parent_span_id"] == call["span_id"]);
    CHECK(named(all, "told")["parent_span_id"] == call["span_id"]);
    CHECK(held["parent_span_id"] == call["span_id"]);
    CHECK(named(all, "told_within")["parent_span_id"] == held["span_id"]);
    CHECK(named(all, "told_last")["parent_span_id"] == call["span_id"]);
    CHECK(named(all, "run_finished")["parent_span_id"] == call["span_id"]);
    CHECK(named(all, "told_in_run")["run_id"] == named(all, "run_finished")["run_id"]);
    CHECK(named(all, "told_last")["run_id"] == nullptr);
    CHECK(call["metadata"].dump() == R"({"where":"work"})");
    CHECK(held["metadata"].dump() == R"({"current":true,"where":"held"})");
    CHECK(call["parent_span_id"] == nullptr);
    CHECK(here() == nowhere);
}

TEMPLATE_TEST_CASE("what runs on the thread between is not in the call", "", lazy<int>, counted_lazy<int>) {
    auto mon = watched();
    step one, two;
    sonde::span_id seen[3];
    auto body = [&](auto... ignored) -> TestType {
        seen[0] = here();
        co_await one;
        seen[1] = here();
        auto const held = mon.span<"held">();
        co_await two;
        seen[2] = here();
        co_return static_cast<int>(sizeof...(ignored));
    };
    auto outside = mon.span<"outside">();
    auto const around = here();
    auto const work = [&] {
        if constexpr (sonde::enable_propagation<TestType>) {
            return monitored<"work">(mon, [&]() -> TestType { return body(); });
        } else {
            return monitored<"work">(mon, [&](context given) -> TestType { return body(given); });
        }
    }();
    auto task = work();
    CHECK(here() == around);
    start(task);
    CHECK(here() == around);
    one.go();
    CHECK(here() == around);
    {
        auto other = mon.span<"other">();
        auto const within = here();
        two.go();
        CHECK(here() == within);
    }
    CHECK(here() == around);
    CHECK(seen[0] != around);
    CHECK(seen[0] != nowhere);
    CHECK(seen[1] == seen[0]);
    CHECK(seen[2] != seen[0]);
    auto const all = events(mon);
    CHECK(named(all, "work")["parent_span_id"] != nullptr);
    CHECK(named(all, "held")["parent_span_id"] == named(all, "work")["span_id"]);
}

TEST_CASE("two coroutines interleaved on one thread don't see each other") {
    auto mon = watched();
    step steps[2];
    std::vector<sonde::span_id> seen[2];
    auto work = monitored<"work">(mon, [&](context, std::size_t n) -> lazy<int> {
        auto held = mon.span<"held">();
        for (int i = 0; i < 3; ++i) {
            seen[n].push_back(here());
            co_await steps[n];
        }
        held.finish();
        seen[n].push_back(here());
        co_return 0;
    });
    auto first = work(0), second = work(1);
    start(first), start(second);
    for (int i = 0; i < 3; ++i) { steps[0].go(), steps[1].go(); }
    for (auto const& each : seen) {
        REQUIRE(each.size() == 4);
        CHECK(each[0] == each[1]);
        CHECK(each[0] == each[2]);
        CHECK(each[3] != each[0]);
    }
    CHECK(seen[0][0] != seen[1][0]);
    CHECK(seen[0][3] != seen[1][3]);
    CHECK(here() == nowhere);
    auto const all = events(mon);
    REQUIRE(all.size() == 4);
    CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
    CHECK(all[2]["parent_span_id"] == all[3]["span_id"]);
    CHECK(all[1]["trace_id"] != all[3]["trace_id"]);
}

TEST_CASE("the parent is the context that is given, or the caller's") {
    auto mon = watched();
    auto work = monitored<"work", sonde::args<"n">>(mon, [](context, int n) -> lazy<int> { co_return n; });
    auto one = mon.span<"one">();
    auto two = mon.span<"two">();
    auto implicit = work(1);
    auto explicitly = work(one.context(), 2);
    auto of_none = work(context{}, 3);
    {
        auto three = mon.span<"three">();
        CHECK(sync_wait(std::move(implicit)) == 1);
        CHECK(last_event(mon)["input_data"].dump() == R"({"n":1})");
        CHECK(last_event(mon)["parent_span_id"] == text(two.context().span_id()));
        CHECK(sync_wait(std::move(explicitly)) == 2);
        CHECK(last_event(mon)["parent_span_id"] == text(one.context().span_id()));
        CHECK(sync_wait(std::move(of_none)) == 3);  // given none, it has none, wherever it runs
        CHECK(last_event(mon)["parent_span_id"] == nullptr);
    }
}

TEST_CASE("members and plain coroutines with a context have it, decorated or not") {
    auto mon = watched();
    step wait;
    service object{wait};
    auto request = mon.span<"request">();
    auto const parent = here();
    auto resumed_elsewhere = [&](auto& task) {
        sonde::with_context({}, [&] {
            start(task);
            std::thread([&] { wait.go(); }).join();
        });
        return static_cast<sonde::span_id>(sync_wait(std::move(task)));
    };
    auto helper = plain_helper(request.context(), wait);
    CHECK(resumed_elsewhere(helper) == parent);
    auto member = object.look(request.context(), 1);
    CHECK(resumed_elsewhere(member) == parent);
    auto fixed = service::look_statically(request.context(), wait);
    CHECK(resumed_elsewhere(fixed) == parent);
    auto const lambda = [&wait](context) -> lazy<sonde::span_id> {
        co_await wait;
        co_return here();
    };
    auto of_lambda = lambda(request.context());
    CHECK(resumed_elsewhere(of_lambda) == parent);

    auto look = monitored<&service::look>(mon);
    auto decorated = look(object, request.context(), 1);
    auto const own = resumed_elsewhere(decorated);
    CHECK(own != parent);
    CHECK(own != nowhere);
    CHECK(last_event(mon)["span_id"] == text(own));
    CHECK(last_event(mon)["parent_span_id"] == text(parent));
    CHECK(last_event(mon)["input_data"].contains("arg0"));
    auto without = look(object, 1);
    CHECK(resumed_elsewhere(without) != nowhere);
    CHECK(last_event(mon)["parent_span_id"] == text(parent));
}

TEST_CASE("the type's wish propagates through coroutines that are not decorated") {
    auto mon = watched();
    pool threads(2);
    auto leaf = monitored<"leaf">(mon, [] {});
    auto middle = [&](int n) -> counted_lazy<int> {
        co_await threads.schedule();
        leaf();
        co_return n;
    };
    auto outer = monitored<"outer">(mon, [&](int n) -> counted_lazy<int> {
        co_await threads.schedule();
        auto const got = co_await middle(n);
        sonde::current_span().set("n"_f = got);
        co_return got;
    });
    CHECK(sync_wait(outer(3)) == 3);
    auto const all = events(mon);
    CHECK(named(all, "leaf")["parent_span_id"] == named(all, "outer")["span_id"]);
    CHECK(named(all, "outer")["metadata"].dump() == R"({"n":3})");
    CHECK(here() == nowhere);
}

TEST_CASE("nested decorated coroutines are each other's children after any suspension") {
    auto mon = watched();
    pool threads(2);
    auto inner = monitored<"inner">(mon, [&](context, int n) -> lazy<int> {
        co_await threads.schedule();
        if (n == 2) { throw std::runtime_error("two"); }
        co_return n;
    });
    auto outer = monitored<"outer">(mon, [&](context) -> lazy<int> {
        int sum = 0;
        for (int n = 0; n < 4; ++n) {
            try {
                sum += co_await inner(n);
            } catch (std::runtime_error const&) { sum += 100; }
            co_await threads.schedule();
        }
        co_return sum;
    });
    CHECK(sync_wait(outer()) == 104);
    auto const all = events(mon);
    REQUIRE(all.size() == 5);
    for (std::size_t n = 0; n < 4; ++n) {
        CHECK(all[n]["parent_span_id"] == all[4]["span_id"]);
        CHECK(all[n]["status"] == (n == 2 ? "error" : "success"));
    }
}

TEST_CASE("destroyed while it waits, with spans and runs open, it leaves nothing on any thread") {
    auto mon = watched();
    step wait;
    auto work = monitored<"work">(mon, [&](context) -> lazy<int> {
        auto run = mon.run("run");
        auto const outer = mon.span<"outer">();
        auto const inner = mon.span<"inner">();
        co_await wait;
        co_return 0;
    });
    auto task = std::make_unique<lazy<int>>(work());
    start(*task);
    std::thread([&] { task.reset(); }).join();
    CHECK(here() == nowhere);
    auto const all = events(mon);
    CHECK(named(all, "work")["error_message"] == "cancelled");
    CHECK(named(all, "inner")["parent_span_id"] == named(all, "outer")["span_id"]);
}

TEST_CASE("many coroutines, on several threads at once") {
    auto mon = watched();
    pool threads(3);
    auto leaf = monitored<"leaf">(mon, [](int n) { return n; });
    auto inner = monitored<"inner">(mon, [&](context, int n) -> lazy<int> {
        co_await threads.schedule();
        leaf(n);
        co_return n;
    });
    auto work = monitored<"work">(mon, [&](context, int n) -> eager<int> {
        co_await threads.schedule();
        auto held = mon.span<"held">();
        co_await inner(n);
        co_await threads.schedule();
        leaf(n);
        co_return n;
    });
    std::vector<eager<int>> all_tasks;
    for (int n = 0; n < 40; ++n) { all_tasks.push_back(work(n)); }
    for (int n = 0; n < 40; ++n) { CHECK(sync_wait(std::move(all_tasks[static_cast<std::size_t>(n)])) == n); }
    std::map<std::string, json> by_span;
    auto const all = events(mon);
    REQUIRE(all.size() == 5 * 40);
    for (auto const& each : all) { by_span[each["span_id"]] = each; }
    for (auto const& each : all) {
        if (each["name"] == "work") {
            CHECK(each["parent_span_id"] == nullptr);
            continue;
        }
        auto const& parent = by_span.at(each["parent_span_id"]);
        CHECK(each["trace_id"] == parent["trace_id"]);
        if (each["name"] == "inner") { CHECK(parent["name"] == "held"); }
        if (each["name"] == "held") { CHECK(parent["name"] == "work"); }
        if (each["name"] == "leaf") { CHECK((parent["name"] == "held" || parent["name"] == "inner")); }
    }
}

TEST_CASE("what a call starts on the side, and leaves behind, does not touch the call's span") {
    auto mon = watched();
    step wait;
    auto side = [&](context) -> eager<int> {
        co_await wait;
        sonde::current_span().set("side"_f = true);
        co_return 1;
    };
    auto unaware = monitored<"unaware">(mon, [&](int n) -> eager<int> {
        { auto const left = side(current_context()); }
        co_return n;
    });
    CHECK(sync_wait(unaware(1)) == 1);
    wait.go();
    auto aware = monitored<"aware">(mon, [&](context given, int n) -> eager<int> {
        { auto const left = side(given); }
        sonde::current_span().set("own"_f = n);
        co_return n;
    });
    CHECK(sync_wait(aware(2)) == 2);
    wait.go();
    CHECK(last_event(mon)["metadata"].dump() == R"({"own":2})");

    // Not the coroutine itself: what takes the record is the first that it makes.
    auto start_two = monitored<"two">(mon, [&](context given, int n) {
        { auto const left = side(given); }
        return [](context, int m) -> eager<int> { co_return m; }(given, n);
    });
    CHECK(sync_wait(start_two(3)) == 3);
    wait.go();
    CHECK(events(mon).size() == 3);

    // What has another context is not taken for the call's own.
    auto const real = [](context, int n) -> lazy<int> {
        sonde::current_span().set("real"_f = n);
        co_return n;
    };
    auto elsewhere = monitored<"elsewhere">(mon, [&](context given, int n) {
        auto const left = real(context{}, 0);
        return real(given, n);
    });
    CHECK(sync_wait(elsewhere(4)) == 4);
    CHECK(last_event(mon)["metadata"].dump() == R"({"real":4})");
}

TEST_CASE("a type with traits of its own does not take a context along, and starts within its call all the same") {
    auto mon = watched();
    pool threads(1);
    std::vector<sonde::span_id> seen;
    auto work = monitored<"work">(mon, [&](context given, int n) -> traits_task<int> {
        seen.push_back(given.span_id());
        seen.push_back(here());
        co_await threads.schedule();
        seen.push_back(here());
        co_return n;
    });
    CHECK(sync_wait(work(3)) == 3);
    REQUIRE(seen.size() == 3);
    CHECK(last_event(mon)["span_id"] == text(seen[0]));
    CHECK(seen[1] == seen[0]);
    CHECK(seen[2] == nowhere);
}

namespace {

// Its promise lets exceptions out to whoever resumes it.
struct outspoken {
    struct promise_type {
        outspoken get_return_object() noexcept {
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

TEST_CASE("a coroutine that lets its exception out leaves nothing on the thread") {
    auto mon = watched();
    auto const throws = [](sonde::context) -> outspoken {
        throw 1;
        co_return;
    };
    auto span = mon.span<"span">();
    auto const around = sonde::current_context().span_id();
    {
        auto const hidden = throws(sonde::context{});
        auto caught = false;
        try {
            hidden.own.get().resume();
        } catch (int) { caught = true; }
        CHECK(caught);
        CHECK(sonde::current_context().span_id() == around);
    }
    CHECK(sonde::current_context().span_id() == around);
}
