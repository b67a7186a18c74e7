// SPDX-License-Identifier: MIT
// Decorated generators: what they yield is passed on as it is, counted, timed and kept, and the call lasts until the end.
#include "support/catch.hpp"
#include "support/generators.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <sonde/testing/manual_clock.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace sonde::literals;
using sonde::monitored;
using sonde::tests::async_generator;
using sonde::tests::counted_frames;
using sonde::tests::generator;
using sonde::tests::json;
using sonde::tests::lazy;
using sonde::tests::pool;
using sonde::tests::sync_wait;

struct timed_sink : sonde::memory_sink {
    using sonde::memory_sink::memory_sink;
    using clock = sonde::manual_clock;
};
using monitor = sonde::monitor<timed_sink>;
monitor fresh() { return monitor{{.agent_id = "tests"}}; }
void pass(std::chrono::nanoseconds time) { sonde::manual_clock::advance(time); }

std::vector<json> events(monitor& mon) {
    std::vector<json> all;
    for (auto const& line : mon.sink().lines()) { all.push_back(json::parse(line)); }
    return all;
}
json last(monitor& mon) {
    auto const all = events(mon);
    return all.empty() ? json() : all.back();
}

auto here() { return sonde::current_context().span_id(); }
constexpr sonde::span_id nowhere{};

// All that is left of it.
template <class T, class Frames>
lazy<std::vector<std::remove_cvref_t<T>>> collect(async_generator<T, Frames> from) {
    std::vector<std::remove_cvref_t<T>> all;
    while (auto* const next = co_await from.next()) { all.push_back(std::move(*next)); }
    co_return all;
}

struct pinned {
    explicit pinned(int given) : number(given) {}
    pinned(pinned&&) = delete;
    int number;
};

struct noting {
    std::string* into;
    void before(auto&) { *into += "before "; }
    void after(auto&, auto&) { *into += "after "; }
    void on_error(auto&, std::exception_ptr) { *into += "error "; }
};
struct refusing {
    sonde::block before(auto&) { return {"no"}; }
};
struct skipping {
    sonde::skip<> before(auto&) { return {}; }
};
struct four_instead {
    sonde::modify<int> before(auto&) { return {4}; }
};

}  // namespace

TEST_CASE("a generator's chunks are counted, timed and kept") {
    auto mon = fresh();
    auto tokens = monitored<"tokens", sonde::model>(mon, [](int n) -> generator<std::string> {
        pass(5ns);
        for (int i = 0; i < n; ++i) {
            co_yield std::string(1, static_cast<char>('a' + i));
            pass(10ns);
        }
    });
    static_assert(std::is_same_v<decltype(tokens(1)), generator<std::string>>);
    static_assert(std::ranges::input_range<decltype(tokens(1))>);
    { auto const unused = tokens(9); }
    CHECK(events(mon).empty());
    std::string all;
    for (auto&& token : tokens(3)) {
        all += token;
        pass(1ns);
    }
    CHECK(all == "abc");
    REQUIRE(events(mon).size() == 1);
    auto const event = last(mon);
    CHECK(event["event_type"] == "model_call");
    CHECK(event["status"] == "success");
    CHECK(event["output_data"].dump() == R"({"text":"abc"})");
    CHECK(event["metadata"]["chunk_count"] == 3);
    CHECK(event["metadata"]["time_to_first_chunk_ns"] == 5);
    CHECK(event["metadata"]["time_to_last_chunk_ns"] == 27);
    CHECK(event["duration_ns"] == 38);

    for (auto&& token : tokens(0)) { static_cast<void>(token); }
    CHECK(last(mon)["status"] == "success");
    CHECK(last(mon)["output_data"].dump() == "{}");
}

TEST_CASE("values that are no text are items, and options are kept to") {
    auto mon = fresh();
    auto const count = [](int n) -> generator<int> {
        for (int i = 0; i < n; ++i) { co_yield i; }
    };
    int sum = 0;
    for (int each : monitored<"count">(mon, count)(4)) { sum += each; }
    CHECK(sum == 6);
    CHECK(last(mon)["output_data"].dump() == R"({"items":[0,1,2,3]})");
    for (int each : monitored<"count", sonde::no_output>(mon, count)(4)) { sum += each; }
    CHECK(last(mon)["output_data"].dump() == "{}");
    CHECK(last(mon)["metadata"]["chunk_count"] == 4);
    mon.enabled(false);
    for (int each : monitored<"count">(mon, count)(4)) { sum += each; }
    CHECK(events(mon).size() == 2);
}

TEST_CASE("what is yielded is what the loop gets: the same object, to be changed or moved from") {
    auto mon = fresh();
    std::vector<int> numbers{1, 2, 3};
    auto refer = monitored<"refer">(mon, [](std::vector<int>& all) -> generator<int&> {
        for (auto& each : all) { co_yield each; }
    });
    std::size_t n = 0;
    for (int& each : refer(numbers)) {
        CHECK(&each == &numbers[n++]);
        each *= 10;
    }
    CHECK(numbers == std::vector{10, 20, 30});
    CHECK(last(mon)["output_data"].dump() == R"({"items":[1,2,3]})");

    auto own = monitored<"own">(mon, [](int count) -> generator<std::unique_ptr<int>> {
        for (int i = 0; i < count; ++i) { co_yield std::make_unique<int>(i); }
    });
    std::vector<std::unique_ptr<int>> got;
    for (auto&& each : own(3)) { got.push_back(std::move(each)); }
    REQUIRE(got.size() == 3);
    CHECK(*got[2] == 2);

    auto pins = monitored<"pins">(mon, []() -> generator<pinned const&> {
        pinned const one(1);
        co_yield one;
        co_yield pinned(2);
    });
    int sum = 0;
    for (pinned const& each : pins()) { sum += each.number; }
    CHECK(sum == 3);
    CHECK(last(mon)["metadata"]["chunk_count"] == 2);
}

TEST_CASE("left early, it was cancelled; with an exception, that is the error") {
    auto mon = fresh();
    auto count = monitored<"count">(mon, [](int n) -> generator<int> {
        for (int i = 0;; ++i) {
            if (i == n) { throw std::runtime_error("enough"); }
            co_yield i;
        }
    });
    for (int each : count(10)) {
        if (each == 1) { break; }
    }
    CHECK(last(mon)["error_message"] == "cancelled");
    CHECK(last(mon)["metadata"]["chunk_count"] == 2);
    CHECK(last(mon)["output_data"].dump() == R"({"items":[0,1]})");
    int seen = 0;
    CHECK_THROWS_WITH(
        [&] {
            for (int each : count(3)) { seen += each; }
        }(),
        "enough");
    CHECK(seen == 3);
    CHECK(last(mon)["error_message"] == "std::runtime_error: enough");
    CHECK(last(mon)["metadata"]["chunk_count"] == 3);
    CHECK_THROWS_WITH(
        [&] {
            for (int each : count(0)) { seen += each; }
        }(),
        "enough");
    CHECK(events(mon).size() == 3);
    CHECK(here() == nowhere);
}

TEST_CASE("a generator runs within its call, and the loop does not") {
    auto mon = fresh();
    auto leaf = monitored<"leaf">(mon, [] {});
    auto count = monitored<"count">(mon, [&](int n) -> generator<int> {
        auto held = mon.span<"held">();
        for (int i = 0; i < n; ++i) {
            leaf();
            held.set("i"_f = i);
            co_yield i;
        }
        held.finish();
        leaf();
    });
    auto around = mon.span<"around">();
    auto const outside = here();
    auto first = count(2), second = count(2);
    auto at = first.begin();
    auto other = second.begin();
    CHECK(here() == outside);
    ++at, ++other, ++other, ++at;
    CHECK(here() == outside);
    CHECK(at == first.end());
    auto const all = events(mon);
    REQUIRE(all.size() == 2 * 5);
    std::size_t held = 0;
    for (auto const& each : all) {
        CHECK(each["trace_id"] == all[0]["trace_id"]);
        if (each["name"] == "count") { CHECK(each["parent_span_id"] == sonde::to_text(outside).view()); }
        if (each["name"] == "leaf") { CHECK(each["parent_span_id"] != sonde::to_text(outside).view()); }
        if (each["name"] == "held") {
            ++held;
            CHECK(each["parent_span_id"] != sonde::to_text(outside).view());
        }
    }
    CHECK(held == 2);
}

TEST_CASE("an async generator's, too, on whichever thread") {
    auto mon = fresh();
    pool threads(2);
    auto tokens = monitored<"tokens">(mon, [&](int n) -> async_generator<std::string> {
        for (int i = 0; i < n; ++i) {
            if (i % 2 != 0) { co_await threads.schedule(); }
            co_yield std::string(1, static_cast<char>('a' + i));
        }
        co_await threads.schedule();
        if (n == 5) { throw std::runtime_error("five"); }
    });
    static_assert(std::is_same_v<decltype(tokens(1)), async_generator<std::string>>);
    { auto const unused = tokens(9); }
    CHECK(events(mon).empty());
    CHECK(sync_wait(collect(tokens(3))) == std::vector<std::string>{"a", "b", "c"});
    CHECK(last(mon)["output_data"].dump() == R"({"text":"abc"})");
    CHECK(last(mon)["metadata"]["chunk_count"] == 3);
    CHECK_THROWS_WITH(sync_wait(collect(tokens(5))), "five");
    CHECK(last(mon)["error_message"] == "std::runtime_error: five");
    CHECK(last(mon)["metadata"]["chunk_count"] == 5);
    sync_wait([&]() -> lazy<void> {
        auto some = tokens(7);
        co_await some.next();
        co_await some.next();
    }());
    CHECK(last(mon)["error_message"] == "cancelled");
    CHECK(last(mon)["metadata"]["chunk_count"] == 2);
    CHECK(here() == nowhere);

    auto refer = monitored<"refer">(mon, [](std::vector<int>& all) -> async_generator<int&> {
        for (auto& each : all) { co_yield each; }
    });
    std::vector<int> numbers{1, 2};
    sync_wait([&]() -> lazy<void> {
        auto all = refer(numbers);
        // Not within CHECK, which names its expression twice.
        for (auto& number : numbers) {
            auto const* const next = co_await all.next();
            CHECK(next == &number);
        }
        auto const* const end = co_await all.next();
        CHECK(end == nullptr);
    }());
    auto own = monitored<"own">(mon, [](int n) -> async_generator<std::unique_ptr<int>> {
        for (int i = 0; i < n; ++i) { co_yield std::make_unique<int>(i); }
    });
    CHECK(*sync_wait(collect(own(2)))[1] == 1);
}

TEST_CASE("an async generator starts within its call, and who awaits it is not in it") {
    auto mon = fresh();
    std::vector<sonde::span_id> inside, outside;
    auto count = monitored<"count">(mon, [&](int n) -> async_generator<int> {
        for (int i = 0; i < n; ++i) {
            inside.push_back(here());
            co_yield i;
        }
    });
    sync_wait([&]() -> lazy<void> {
        auto all = count(3);
        while (co_await all.next() != nullptr) { outside.push_back(here()); }
        outside.push_back(here());
    }());
    CHECK(inside.size() == 3);
    for (auto const& each : inside) { CHECK(last(mon)["span_id"] == sonde::to_text(each).view()); }
    for (auto const& each : outside) { CHECK(each == nowhere); }
}

TEST_CASE("hooks of generators: block, skip, modify, and what they are told") {
    auto const test = [](auto& mon) {
        std::string notes;
        auto const sum = [](auto&& all) {
            int made = 0;
            for (int each : all) { made += each; }
            return made;
        };
        auto const count = [](int n) -> generator<int> {
            for (int i = 0; i < n; ++i) {
                if (i == 5) { throw std::runtime_error("five"); }
                co_yield i;
            }
        };
        auto noted = monitored<"count">(mon, count, noting{&notes});
        auto waits = noted(3);
        CHECK(notes.empty());
        CHECK(sum(std::move(waits)) == 3);
        CHECK(notes == "before after ");
        CHECK_THROWS_WITH(sum(noted(7)), "five");
        CHECK(notes == "before after before error ");
        CHECK_THROWS_AS(sum(monitored<"count">(mon, count, refusing{})(3)), sonde::policy_violation);
        CHECK(sum(monitored<"count">(mon, count, skipping{})(3)) == 0);
        CHECK(sum(monitored<"count">(mon, count, four_instead{})(1)) == 6);
    };
    auto mon = fresh();
    test(mon);
    REQUIRE(events(mon).size() == 5);
    CHECK(events(mon)[2]["status"] == "blocked");
    CHECK(events(mon)[3]["status"] == "success");
    CHECK(events(mon)[4]["metadata"]["chunk_count"] == 4);
    mon.enabled(false);
    test(mon);
    CHECK(events(mon).size() == 5);
    sonde::monitor<sonde::null_sink> none{{.agent_id = "tests"}};
    test(none);
}

TEST_CASE("at most one more frame for a generator that is recorded, none for one that isn't") {
    auto const frames_of = [](auto&& run) {
        auto const before = counted_frames::allocated.load();
        run();
        CHECK(counted_frames::allocated == counted_frames::freed);
        return counted_frames::allocated - before;
    };
    auto const count = [](int n) -> generator<int, counted_frames> {
        for (int i = 0; i < n; ++i) { co_yield i; }
    };
    auto const run = [](auto& decorated) {
        int sum = 0;
        for (int each : decorated(4)) { sum += each; }
        CHECK(sum == 6);
    };
    auto mon = fresh();
    auto recorded = monitored<"count">(mon, count);
    CHECK(frames_of([&] { run(recorded); }) <= 2);  // clang may do without any
    sonde::monitor<sonde::null_sink> none{{.agent_id = "tests"}};
    auto bare = monitored<"count">(none, count);
    CHECK(frames_of([&] { run(bare); }) <= 1);
}

namespace {

struct counted_copies {
    int* copies;
    explicit counted_copies(int& count) : copies(&count) {}
    counted_copies(counted_copies const& other) : copies(other.copies) { ++*copies; }
    counted_copies& operator=(counted_copies const&) = delete;
    counted_copies(counted_copies&&) = default;
};

}  // namespace

TEST_CASE("a decorated generator copies nothing that the bare one does not") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "test"}};
    int copies = 0;
    auto const bare = [&](int number) -> sonde::tests::generator<counted_copies> {
        for (int i = 0; i < number; ++i) { co_yield counted_copies(copies); }
    };
    for (auto&& each : bare(3)) { static_cast<void>(each); }
    CHECK(copies == 0);
    auto const decorated = sonde::monitored<"count">(mon, bare);
    for (auto&& each : decorated(3)) { static_cast<void>(each); }
    CHECK(copies == 0);
}
