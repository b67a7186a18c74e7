// SPDX-License-Identifier: MIT
// Spans that stay open in what a call returns: futures, and ranges that are not there yet.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/meta/type_name.hpp>
#include <sonde/sonde.hpp>
#include <sonde/testing/manual_clock.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <future>
#include <iterator>
#include <list>
#include <memory>
#include <new>
#include <optional>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

std::atomic<int> allowed{-1};  // times that memory is given to those who can do without; negative: always

}  // namespace

// Not inlined: g++ would see a mismatch with the delete of the standard library.
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    if (allowed >= 0 && allowed-- == 0) { return allowed = 0, nullptr; }
    return std::malloc(size);
}
[[gnu::noinline]] void* operator new(std::size_t size) { return std::malloc(size != 0 ? size : 1); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace sonde::literals;
using namespace std::chrono_literals;
using sonde::tests::json;

struct timed_sink : sonde::memory_sink {
    using sonde::memory_sink::memory_sink;
    using clock = sonde::manual_clock;
};
using monitor = sonde::monitor<timed_sink>;

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

monitor fresh() { return monitor{{.agent_id = "tests"}}; }

// What is there already.
template <class Value>
std::future<Value> ready(Value value) {
    std::promise<Value> promise;
    promise.set_value(std::move(value));
    return promise.get_future();
}

// Another library's.
struct own_future {
    int value = 0;
    bool there = true;
    int get() { return there = false, value; }
    static void wait() noexcept {}
    [[nodiscard]] bool valid() const noexcept { return there; }
};

struct move_only_text {
    explicit move_only_text(char const* given) : text(std::make_unique<std::string>(given)) {}
    std::unique_ptr<std::string> text;
    operator std::string_view() const noexcept { return *text; }
};

struct immovable {
    int value;
    explicit immovable(int given) noexcept : value(given) {}
    immovable(immovable const&) = delete;
    immovable& operator=(immovable const&) = delete;
};

// As small as an iterator can be, of tokens that come one by one; move-only, and ends in failure if told so.
struct token_source {
    int count;
    bool fails = false;
    struct end_mark {};
    struct cursor {
        token_source* of;
        int at = 0;
        cursor(token_source* from) noexcept : of(from) {}
        cursor(cursor&&) = default;
        cursor& operator=(cursor&&) = default;
        std::string operator*() const {
            pass(1ns);
            return "t" + std::to_string(at);
        }
        cursor& operator++() {
            pass(10ns);
            ++at;
            if (of->fails && at == of->count) { throw std::runtime_error("connection lost"); }
            return *this;
        }
        bool operator!=(end_mark) const noexcept { return at != of->count; }
    };
    cursor begin() { return {this}; }
    static end_mark end() noexcept { return {}; }
};

struct nosy {
    void after(auto&, auto&) {}
};

struct guard {
    std::vector<std::string>* seen;
    std::optional<sonde::block> before(auto& call) {
        seen->push_back("before");
        if (sonde::arg<0>(call) < 0) { return sonde::block{"negative"}; }
        return {};
    }
    void after(auto& call, auto& result) {
        pass(3ns);  // which is no part of what hooks are told
        seen->push_back(result.valid() && call.duration() == 5ns ? "after" : "?");
        call.span().set("hooked"_f = true);
    }
    void on_error(auto&, std::exception_ptr) { seen->push_back("on_error"); }
};

struct instead {
    sonde::skip<int> before(auto&) { return {7}; }
};
struct from_number : sonde::watched<std::future<int>> {
    from_number(int n) : watched(ready(std::move(n))) {}
};

}  // namespace

TEST_CASE("a call that answers a future ends when its result is taken") {
    auto mon = fresh();
    std::promise<int> promise;
    auto ask = sonde::monitored<"ask", sonde::model, sonde::args<"prompt">>(
        mon, [&](std::string const&) { return sonde::watch(promise.get_future()); });
    auto answer = ask("why");
    STATIC_REQUIRE(std::is_same_v<decltype(answer), sonde::watched<std::future<int>>>);
    STATIC_REQUIRE(!std::is_copy_constructible_v<decltype(answer)>);
    CHECK(mon.sink().size() == 0);
    CHECK(answer.valid());
    CHECK(answer.wait_for(0s) == std::future_status::timeout);
    CHECK(answer.wait_until(std::chrono::steady_clock::now()) == std::future_status::timeout);
    pass(7s);
    promise.set_value(42);
    answer.wait();
    CHECK(mon.sink().size() == 0);
    auto moved = std::move(answer);
    CHECK(moved.get() == 42);
    CHECK_FALSE(moved.valid());
    REQUIRE(mon.sink().size() == 1);
    auto const event = last(mon);
    CHECK(event["event_type"] == "model_call");
    CHECK(event["name"] == "ask");
    CHECK(event["input_data"] == json{{"prompt", "why"}});
    CHECK(event["output_data"] == json{{"value", 42}});
    CHECK(event["duration_ns"] == 7'000'000'000);
    CHECK(event["status"] == "success");
}

TEST_CASE("a future's exception is the call's, and the caller's") {
    auto mon = fresh();
    auto ask = sonde::monitored<"ask">(mon, [] {
        std::promise<int> promise;
        promise.set_exception(std::make_exception_ptr(std::domain_error("no answer")));
        return sonde::watch(promise.get_future());
    });
    auto answer = ask();
    CHECK_THROWS_AS(answer.get(), std::domain_error);
    REQUIRE(mon.sink().size() == 1);
    CHECK(last(mon)["status"] == "error");
    CHECK(last(mon)["level"] == "error");
    CHECK(last(mon)["error_message"] == "std::domain_error: no answer");
    CHECK(last(mon)["output_data"] == json::object());

    auto fails = sonde::monitored<"fails">(mon, [](bool at_once) {
        if (at_once) { throw std::runtime_error("at once"); }
        return sonde::watch(ready(1));
    });
    CHECK_THROWS_AS(fails(true), std::runtime_error);
    CHECK(mon.sink().size() == 2);
    CHECK(last(mon)["error_message"] == "std::runtime_error: at once");
    CHECK_FALSE(sonde::current_span());
}

TEST_CASE("a future that nobody asks was cancelled") {
    auto mon = fresh();
    auto ask = sonde::monitored<"ask", sonde::with_span>(mon, [](auto& span, int value) {
        if (value == 9) { span.fail("own words"); }
        return sonde::watch(ready(value));
    });
    static_cast<void>(ask(1));
    CHECK(last(mon)["error_message"] == "cancelled");
    CHECK(last(mon)["status"] == "error");
    static_cast<void>(ask(9));
    CHECK(last(mon)["error_message"] == "own words");
    {
        auto first = ask(2);
        first = ask(3);
        CHECK(mon.sink().size() == 3);  // the first is gone
        CHECK(first.get() == 3);
        CHECK(mon.sink().size() == 4);
        CHECK(last(mon)["status"] == "success");
    }
    CHECK(mon.sink().size() == 4);
}

TEST_CASE("results of every kind come through") {
    auto mon = fresh();
    auto nothing = sonde::monitored<"f">(mon, [] {
        std::promise<void> promise;
        promise.set_value();
        return sonde::watch(promise.get_future());
    });
    STATIC_REQUIRE(std::is_void_v<decltype(nothing().get())>);
    nothing().get();
    CHECK(last(mon)["output_data"] == json::object());
    CHECK(last(mon)["status"] == "success");

    int number = 5;
    auto reference = sonde::monitored<"f">(mon, [&] {
        std::promise<int&> promise;
        promise.set_value(number);
        return sonde::watch(promise.get_future());
    });
    STATIC_REQUIRE(std::is_same_v<decltype(reference().get()), int&>);
    CHECK(&reference().get() == &number);
    CHECK(last(mon)["output_data"] == json{{"value", 5}});

    auto owned = sonde::monitored<"f">(mon, [] { return sonde::watch(ready(std::make_unique<int>(6))); });
    CHECK(*owned().get() == 6);
    CHECK(last(mon)["output_data"] == json{{"value", 6}});

    auto pointer = sonde::monitored<"f">(mon, [&] { return sonde::watch(ready(&number + 1)); });
    CHECK(pointer().get() == &number + 1);
    CHECK(last(mon)["output_data"] == json{{"type", sonde::meta::type_name<int*>()}});

    auto const common = ready(std::string("s")).share();
    auto shared = sonde::monitored<"f">(mon, [&] { return sonde::watch(common); });
    auto answer = shared();
    CHECK(answer.get() == "s");
    CHECK(&answer.get() == &common.get());
    CHECK(last(mon)["output_data"] == json{{"value", "s"}});
    CHECK(mon.sink().size() == 5);

    auto own = sonde::monitored<"f">(mon, [] { return sonde::watch(own_future{8}); });
    CHECK(own().get() == 8);
    CHECK(last(mon)["output_data"] == json{{"value", 8}});
    auto no_longer = sonde::monitored<"f">(mon, [] { return sonde::watch(own_future{8, false}); });
    CHECK_FALSE(no_longer().valid());
    CHECK(mon.sink().size() == 7);
    CHECK(last(mon)["status"] == "success");
}

TEST_CASE("share and release end the watch") {
    auto mon = fresh();
    auto ask = sonde::monitored<"ask">(mon, [] { return sonde::watch(ready(1)); });
    auto first = ask();
    auto shared = first.share();
    STATIC_REQUIRE(std::is_same_v<decltype(shared), std::shared_future<int>>);
    CHECK(mon.sink().size() == 1);
    CHECK(shared.get() == 1);
    auto plain = ask().release();
    STATIC_REQUIRE(std::is_same_v<decltype(plain), std::future<int>>);
    CHECK(mon.sink().size() == 2);
    CHECK(last(mon)["status"] == "success");
    CHECK(last(mon)["output_data"] == json::object());
    CHECK(plain.get() == 1);
}

TEST_CASE("the span is around the call's own work, and ends on whatever thread") {
    auto mon = fresh();
    auto inner = sonde::monitored<"inner">(mon, [] {});
    auto ask = sonde::monitored<"ask", sonde::model>(mon, [&] {
        inner();
        return sonde::watch(ready(1));
    });
    std::optional<decltype(ask())> answer;
    {
        auto run = mon.run("r");
        answer.emplace(ask());
        CHECK(run.model_calls() == 1);
        inner();
    }
    CHECK_FALSE(sonde::current_span());
    std::thread([&] { CHECK(answer->get() == 1); }).join();
    auto const all = events(mon);
    REQUIRE(all.size() == 5);  // with run_started
    auto const &within = all[1], &beside = all[2], &run = all[3], &call = all[4];
    CHECK(call["name"] == "ask");
    CHECK(within["parent_span_id"] == call["span_id"]);
    CHECK(beside["parent_span_id"] == run["span_id"]);
    CHECK(call["parent_span_id"] == run["span_id"]);
    CHECK(call["run_id"] == run["run_id"]);
}

TEST_CASE("spans opened within the call and open still do not keep it on its thread") {
    auto mon = fresh();
    std::optional<decltype(mon.span<"kept">())> kept;
    auto ask = sonde::monitored<"ask">(mon, [&] {
        kept.emplace(mon.span<"kept">());
        return sonde::watch(ready(1));
    });
    auto answer = ask();
    CHECK_FALSE(sonde::current_span());
    kept.reset();
    CHECK(answer.get() == 1);
    CHECK(mon.sink().size() == 2);
}

TEST_CASE("calls around one that answers the same future end with it") {
    auto mon = fresh();
    auto inner = sonde::monitored<"inner">(mon, [] { return sonde::watch(ready(1)); });
    auto middle = sonde::monitored<"middle">(mon, [&] { return inner(); });
    auto outer = sonde::monitored<"outer">(mon, [&] { return middle(); });
    auto answer = outer();
    CHECK(mon.sink().size() == 0);
    CHECK(answer.get() == 1);
    auto all = events(mon);
    REQUIRE(all.size() == 3);
    for (auto const& each : all) { CHECK(each["output_data"] == json{{"value", 1}}); }
    CHECK(all[0]["name"] == "inner");
    CHECK(all[2]["name"] == "outer");
    CHECK(all[0]["parent_span_id"] == all[1]["span_id"]);
    static_cast<void>(outer());
    all = events(mon);
    REQUIRE(all.size() == 6);
    for (std::size_t i = 3; i < 6; ++i) { CHECK(all[i]["error_message"] == "cancelled"); }
}

TEST_CASE("without a recording callable around it a watch is what it watches") {
    CHECK(sonde::watch(ready(3)).get() == 3);
    int sum = 0;
    for (auto const& each : sonde::watch(std::vector{1, 2, 3})) { sum += each; }
    CHECK(sum == 6);
    sonde::monitor<sonde::null_sink> off{{.agent_id = "tests"}};
    CHECK(sonde::monitored<"f">(off, [] { return sonde::watch(ready(3)); })().get() == 3);
    CHECK(sonde::monitored<"f">(off, [] { return sonde::watch(ready(3)); }, nosy{})().get() == 3);
    auto mon = fresh();
    mon.enabled(false);
    CHECK(sonde::monitored<"f">(mon, [] { return sonde::watch(ready(3)); })().get() == 3);
    CHECK(sonde::monitored<"f">(mon, [] { return sonde::watch(ready(3)); }, nosy{})().get() == 3);
    CHECK(mon.sink().size() == 0);
}

TEST_CASE("hooks see the call: before it, and when it returns") {
    auto mon = fresh();
    std::vector<std::string> seen;
    auto ask = sonde::monitored<"ask", sonde::started>(
        mon,
        [](int n) {
            pass(5ns);
            if (n == 0) { throw std::runtime_error("zero"); }
            return sonde::watch(ready(n));
        },
        guard{&seen});
    auto answer = ask(2);
    CHECK(seen == std::vector<std::string>{"before", "after"});
    CHECK(last(mon)["event_type"] == "function_call_started");
    pass(5ns);
    CHECK(answer.get() == 2);
    CHECK(last(mon)["duration_ns"] == 13);
    CHECK(last(mon)["metadata"] == json{{"hooked", true}});
    CHECK(last(mon)["output_data"] == json{{"value", 2}});
    CHECK_THROWS_AS(ask(-1), sonde::policy_violation);
    CHECK(last(mon)["status"] == "blocked");
    CHECK(last(mon)["level"] == "warning");
    CHECK_THROWS_AS(ask(0), std::runtime_error);
    CHECK(seen.back() == "on_error");
    CHECK(last(mon)["error_message"] == "std::runtime_error: zero");
    CHECK_FALSE(sonde::current_span());

    auto skipped = sonde::monitored<"skipped">(mon, []() -> from_number { return 1; }, instead{})();
    CHECK(skipped.get() == 7);
    CHECK(last(mon)["output_data"] == json{{"value", 7}});
    CHECK(last(mon)["metadata"].contains("skipped_by"));
}

TEST_CASE("what the site leaves out or redacts is not there") {
    auto mon = fresh();
    sonde::monitored<"f", sonde::no_output>(mon, [] { return sonde::watch(ready(1)); })().get();
    CHECK(last(mon)["output_data"] == json::object());
    auto f = sonde::monitored<"f", sonde::redact<"arg0", "text">, sonde::with_span>(
        mon, [](auto&, int) { return sonde::watch(std::vector<std::string>{"a", "b"}); });
    for (auto const& each : f(1)) { static_cast<void>(each); }
    CHECK(last(mon)["input_data"] == json{{"arg0", "[REDACTED]"}});
    CHECK(last(mon)["output_data"] == json{{"text", "[REDACTED]"}});
}

TEST_CASE("what a range yields are chunks, by reference, and its end is the call's") {
    auto mon = fresh();
    std::vector<std::string> tokens{"One ", "two ", "three"};
    auto stream = sonde::monitored<"stream", sonde::model>(mon, [&](int) { return sonde::watch(tokens); });
    STATIC_REQUIRE(std::ranges::input_range<decltype(stream(1))>);
    STATIC_REQUIRE(std::is_same_v<std::ranges::range_reference_t<decltype(stream(1))>, std::string&>);
    std::size_t at = 0;
    pass(5ns);
    for (auto& token : stream(1)) {
        CHECK(&token == &tokens[at++]);
        CHECK(mon.sink().size() == 0);
        pass(100ns);
    }
    CHECK(at == 3);
    REQUIRE(mon.sink().size() == 1);
    auto const event = last(mon);
    CHECK(event["status"] == "success");
    CHECK(event["output_data"] == json{{"text", "One two three"}});
    CHECK(event["metadata"] == json{{"chunk_count", 3}, {"time_to_first_chunk_ns", 0}, {"time_to_last_chunk_ns", 200}});
    CHECK(event["duration_ns"] == 300);
    CHECK(event["input_data"] == json{{"arg0", 1}});
}

TEST_CASE("elements are made when and as often as they are without a watch") {
    auto mon = fresh();
    auto stream = sonde::monitored<"stream">(mon, [](token_source from) { return sonde::watch(std::move(from)); });
    std::vector<std::string> got;
    for (auto&& token : stream(token_source{3})) { got.push_back(token); }
    CHECK(got == std::vector<std::string>{"t0", "t1", "t2"});
    CHECK(last(mon)["output_data"] == json{{"text", "t0t1t2"}});
    // One to look at, ten to step.
    CHECK(last(mon)["metadata"] ==
          json{{"chunk_count", 3}, {"time_to_first_chunk_ns", 1}, {"time_to_last_chunk_ns", 23}});
    CHECK(last(mon)["duration_ns"] == 33);

    int made = 0;
    std::vector<int> const numbers{1, 2, 3, 4};
    auto squares = sonde::monitored<"squares">(
        mon, [&] { return sonde::watch(numbers | std::views::transform([&made](int n) { return ++made, n * n; })); });
    int sum = 0;
    for (auto const each : squares()) { sum += each; }
    CHECK(sum == 30);
    CHECK(made == 4);
    CHECK(last(mon)["output_data"] == json{{"items", {1, 4, 9, 16}}});

    auto unmoved = sonde::monitored<"unmoved">(
        mon, [&] { return sonde::watch(numbers | std::views::transform([](int n) { return immovable(n); })); });
    sum = 0;
    for (auto&& each : unmoved()) { sum += each.value; }
    CHECK(sum == 10);
    CHECK(last(mon)["metadata"]["chunk_count"] == 4);
}

TEST_CASE("an element that is looked at twice, or not at all, is one chunk") {
    auto mon = fresh();
    auto stream = sonde::monitored<"stream">(mon, [] { return sonde::watch(std::list{1, 2, 3}); });
    {
        auto range = stream();
        auto at = range.begin();
        CHECK(*at + *at == 2);
        ++at;
        at++;
        CHECK(*at == 3);
        ++at;
        CHECK(at == range.end());
        CHECK(at == range.end());
        CHECK(mon.sink().size() == 1);
    }
    CHECK(mon.sink().size() == 1);
    CHECK(last(mon)["metadata"]["chunk_count"] == 3);
    CHECK(last(mon)["output_data"] == json{{"items", {1, 3}}});
    // Gone through once more, it is the range and no more.
    auto range = stream();
    int sum = 0;
    for (auto const each : range) { sum += each; }
    for (auto const each : range) { sum += each; }
    CHECK(sum == 12);
    CHECK(mon.sink().size() == 2);
}

TEST_CASE("elements that can't be copied, streams of input, and nothing at all") {
    auto mon = fresh();
    auto owned = sonde::monitored<"f">(mon, [] {
        std::vector<move_only_text> all;
        all.emplace_back("a");
        all.emplace_back("b");
        return sonde::watch(std::move(all));
    });
    std::vector<move_only_text> taken;
    for (auto& each : owned()) { taken.push_back(std::move(each)); }
    CHECK(*taken[1].text == "b");
    CHECK(last(mon)["output_data"] == json{{"text", "ab"}});

    std::istringstream words("to be or");
    auto input = sonde::monitored<"f">(mon, [&] { return sonde::watch(std::views::istream<std::string>(words)); });
    std::vector<std::string> got;
    for (auto const& each : input()) { got.push_back(each); }
    CHECK(got.size() == 3);
    CHECK(last(mon)["output_data"] == json{{"text", "tobeor"}});

    auto empty = sonde::monitored<"f">(mon, [] { return sonde::watch(std::vector<int>()); });
    for (auto const each : empty()) { static_cast<void>(each); }
    CHECK(last(mon)["status"] == "success");
    CHECK(last(mon)["metadata"] == json::object());

    char const* words_too[] = {"x", nullptr, "y"};
    auto array = sonde::monitored<"f">(mon, [&] { return sonde::watch(words_too); });
    for (auto const* each : array()) { static_cast<void>(each); }
    CHECK(last(mon)["output_data"] == json{{"text", "xy"}});
    CHECK(last(mon)["metadata"]["chunk_count"] == 3);
}

TEST_CASE("a range that is left early was cancelled, one that fails has failed") {
    auto mon = fresh();
    auto stream = sonde::monitored<"stream">(mon, [](token_source from) { return sonde::watch(std::move(from)); });
    for (auto&& token : stream(token_source{3})) {
        static_cast<void>(token);
        break;
    }
    REQUIRE(mon.sink().size() == 1);
    CHECK(last(mon)["error_message"] == "cancelled");
    CHECK(last(mon)["output_data"] == json{{"text", "t0"}});
    static_cast<void>(stream(token_source{3}));
    CHECK(last(mon)["error_message"] == "cancelled");
    CHECK(last(mon)["metadata"] == json::object());

    auto const drain = [&] {
        for (auto&& token : stream(token_source{.count = 2, .fails = true})) { static_cast<void>(token); }
    };
    CHECK_THROWS_AS(drain(), std::runtime_error);
    REQUIRE(mon.sink().size() == 3);
    CHECK(last(mon)["error_message"] == "std::runtime_error: connection lost");
    CHECK(last(mon)["output_data"] == json{{"text", "t0t1"}});

    auto const thrower = [&] {
        for (auto&& token : stream(token_source{2})) { throw std::logic_error(token); }
    };
    CHECK_THROWS_AS(thrower(), std::logic_error);
    CHECK(last(mon)["error_message"] == "cancelled");
}

TEST_CASE("a range may be gone through on another thread, when the monitor is gone") {
    auto mon = std::make_unique<monitor>(sonde::identity{.agent_id = "tests"});
    auto stream = sonde::monitored<"stream">(*mon, [] { return sonde::watch(std::vector{1, 2}); });
    auto range = stream();
    mon->shutdown();
    std::thread([range = std::move(range)]() mutable {
        for (auto const each : range) { static_cast<void>(each); }
    }).join();
    CHECK(mon->stats().dropped.after_shutdown == 1);
    auto late = stream();
    mon.reset();
    for (auto const each : late) { static_cast<void>(each); }
}

TEST_CASE("without memory for its span the call goes on without it") {
    auto mon = fresh();
    auto inner = sonde::monitored<"inner">(mon, [] { return sonde::watch(ready(1)); });
    auto outer = sonde::monitored<"outer">(mon, [&] { return inner(); });
    allowed = 0;
    auto unseen = inner();
    allowed = -1;
    CHECK(unseen.get() == 1);
    CHECK(mon.sink().size() == 0);
    allowed = 2;  // for both spans, and not to keep the second with the first
    auto answer = outer();
    allowed = -1;
    REQUIRE(mon.sink().size() == 1);
    CHECK(last(mon)["name"] == "outer");
    CHECK(last(mon)["status"] == "success");
    CHECK(answer.get() == 1);
    CHECK(mon.sink().size() == 2);
}
