// SPDX-License-Identifier: MIT
// The explicit handle: calls, and callables, with the parent that is named.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <sonde/context/monitored_in.hpp>

#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace {

using sonde::monitored_in;
using sonde::tests::events;
using sonde::tests::last_event;
using sonde::tests::watched;

std::string text(sonde::span_id id) { return std::string(sonde::to_text(id).view()); }
std::string parent_of_last(sonde::monitor<sonde::memory_sink>& mon) {
    auto const parent = last_event(mon)["parent_span_id"];
    return parent.is_null() ? std::string() : parent.get<std::string>();
}

constexpr int twice(int n) { return 2 * n; }
static_assert(monitored_in(sonde::context())(twice, 2) == 4);
static_assert((twice | monitored_in(sonde::context()))(3) == 6);
static_assert(monitored_in(sonde::context(), twice)(4) == 8);

using in = sonde::in_context;
static_assert(std::is_invocable_v<in const&, int (*)(int), short> && !std::is_invocable_v<in, int (*)(int)>);
static_assert(!std::is_invocable_v<in, int (*)(int), std::string> && !std::is_invocable_v<in, int>);
static_assert(std::is_same_v<std::invoke_result_t<in, int& (*)()>, int&>);
static_assert(std::is_nothrow_invocable_v<in, int (*)() noexcept> && !std::is_nothrow_invocable_v<in, int (*)()>);
static_assert(std::is_same_v<decltype(twice | monitored_in(sonde::context())), sonde::context_bound<int (*)(int)>>);

}  // namespace

TEST_CASE("the three forms call with the parent that is named") {
    auto mon = watched();
    auto work = sonde::monitored<"work">(mon, [](int n) { return n + 1; });
    auto named = mon.span<"named">();
    auto const parent = text(named.context().span_id());
    auto inner = mon.span<"inner">();

    CHECK(work(1) == 2);
    CHECK(parent_of_last(mon) == text(inner.context().span_id()));
    CHECK(monitored_in(named)(work, 2) == 3);
    CHECK(parent_of_last(mon) == parent);
    auto piped = work | monitored_in(named);
    CHECK(piped(3) == 4);
    CHECK(parent_of_last(mon) == parent);
    auto second = monitored_in(named, work);
    std::thread([&] { CHECK(second(4) == 5); }).join();
    CHECK(parent_of_last(mon) == parent);
    auto whole = [](int n) { return n * 2; } | sonde::monitored<"whole">(mon) | monitored_in(named);
    CHECK(whole(4) == 8);
    CHECK(parent_of_last(mon) == parent);
    CHECK(sonde::current_context().span_id() == inner.context().span_id());
}

TEST_CASE("a context, a run and the handle of a call's span all name a parent") {
    auto mon = watched();
    auto work = sonde::monitored<"work">(mon, [] {});
    {
        auto run = mon.run("run");
        auto span = mon.span<"span">();
        monitored_in(run)(work);
        CHECK(parent_of_last(mon) == text(run.context().span_id()));
        CHECK(last_event(mon)["run_id"] == std::string(sonde::to_text(run.id()).view()));
        monitored_in(sonde::current_context())(work);
        CHECK(parent_of_last(mon) == text(span.context().span_id()));
        monitored_in(sonde::context())(work);
        CHECK(parent_of_last(mon).empty());
        CHECK(last_event(mon)["run_id"].is_null());
    }
    std::string own;
    auto outer = sonde::monitored<"outer", sonde::with_span>(mon, [&](auto& span) {
        own = text(span.context().span_id());
        std::thread([&, in_call = monitored_in(span)] { in_call(work); }).join();
    });
    outer();
    CHECK(events(mon)[events(mon).size() - 2]["parent_span_id"] == own);
}

TEST_CASE("it stays good after the span has ended") {
    auto mon = watched();
    auto work = sonde::monitored<"work">(mon, [] {});
    auto span = mon.span<"span">();
    auto const parent = text(span.context().span_id());
    auto const in_span = monitored_in(span);
    span.finish();
    in_span(work);
    CHECK(parent_of_last(mon) == parent);
}

TEST_CASE("a coroutine's call is in the context, and its later parts are where they are resumed") {
    using sonde::tests::eager;
    using sonde::tests::manual_event;
    auto mon = watched();
    manual_event event;
    sonde::span_id first, second;
    auto work = [&]() -> eager<void> {
        first = sonde::current_context().span_id();
        co_await event;
        second = sonde::current_context().span_id();
    };
    auto named = mon.span<"named">();
    auto other = mon.span<"other">();
    auto running = monitored_in(named)(work);
    CHECK(first == named.context().span_id());
    event.set();
    CHECK(second == other.context().span_id());
    sonde::tests::sync_wait(std::move(running));
}

TEST_CASE("arguments and results are handed on as they are") {
    auto const in_none = monitored_in(sonde::context());
    int number = 0;
    CHECK(&in_none([](int& given) -> int& { return given; }, number) == &number);
    CHECK(*in_none([](std::unique_ptr<int> given) { return given; }, std::make_unique<int>(2)) == 2);
    auto once = [value = std::make_unique<int>(3)]() mutable { return std::move(value); };
    CHECK(*in_none(std::move(once)) == 3);
}
