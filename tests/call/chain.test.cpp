// SPDX-License-Identifier: MIT
// Hooks around a call: their order, every verdict, what each of them sees, and what becomes of what they throw.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace sonde::literals;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;
using journal = std::vector<std::string>;

template <int Priority, char Name>
struct noting {
    static constexpr int priority = Priority;
    journal* into;
    void note(std::string_view what) { into->push_back(std::string(what) + Name); }
    void before(auto&) { note("before "); }
    void after(auto&, auto&) { note("after "); }
    void on_error(auto&, std::exception_ptr) { note("on_error "); }
    void on_block(auto&, std::string_view reason) { note("on_block " + std::string(reason) + " "); }
};

struct blocker {
    static constexpr int priority = -1;
    static constexpr std::string_view name = "no_entry";
    sonde::block before(auto&) { return {"not today"}; }
    void after(auto&, auto&) { throw 1; }
    void on_block(auto&, std::string_view) { throw 1; }
};

template <class Answer>
struct answering {
    std::function<Answer()> make;
    Answer before(auto&) { return make(); }
};
template <class Make>
answering(Make) -> answering<std::invoke_result_t<Make&>>;

struct counting {
    std::shared_ptr<int> calls = std::make_shared<int>();
    void before(auto&) { ++*calls; }
};

struct throws_on_move {
    throws_on_move() = default;
    throws_on_move(throws_on_move const&) {}
    throws_on_move(throws_on_move&&) noexcept(false) { throw 1; }
};

struct fragile {
    fragile(int number) : value(number) {
        if (number < 0) { throw std::out_of_range("negative"); }
    }
    int value;
};
struct replacing_with {
    int number;
    sonde::modify<int> before(auto&) noexcept { return {number}; }
};

struct valueless {
    std::variant<sonde::proceed, sonde::skip<throws_on_move>> before(auto&) {
        std::variant<sonde::proceed, sonde::skip<throws_on_move>> made;
        try {
            made.emplace<1>(sonde::skip<throws_on_move>{});
        } catch (int) {}
        return made;
    }
};

struct remembers {
    static constexpr std::string_view name = "cache";
    sonde::skip<int> before(auto&) { return {42}; }
};

struct doubling {
    sonde::status* status;
    std::chrono::nanoseconds *first, *second;
    void after(auto& call, int& result) {
        *status = call.status();
        *first = call.duration();
        *second = call.duration();
        result *= 2;
    }
};

struct seeing {
    std::string* what;
    void after(auto&, auto& result) { *what = std::string(sonde::meta::type_name<decltype(result)>()); }
};

struct careless {
    void before(auto&) { throw std::runtime_error("before"); }
    void after(auto&, auto&) { throw std::runtime_error("after"); }
    void on_error(auto&, std::exception_ptr) { throw 5; }
    void on_block(auto&, std::string_view) { throw "on_block"; }
};

struct fails_closed {
    static constexpr std::string_view name = "fragile";
    sonde::proceed before(auto&) { throw std::runtime_error("broken"); }
};

struct named_careless {
    static constexpr std::string_view name = "careless";
    void before(auto&) { throw std::runtime_error("oops"); }
};

struct allowance {
    sonde::verdict<sonde::proceed, sonde::block> before(auto& call) {
        if (call.run().tool_calls() >= 2) { return sonde::block{"two calls are enough"}; }
        return sonde::proceed{};
    }
};

struct own_count {
    int count = 0;
    int* out;
    void before(auto&) { *out = ++count; }
};

struct move_only {
    std::unique_ptr<int> count = std::make_unique<int>(0);
    int* out;
    void before(auto&) { *out = ++*count; }
};

struct pinned {
    int count = 0;
    pinned() = default;
    pinned(pinned const&) = delete;
    void before(auto&) { ++count; }
};

int lvalue_count = 0;
struct lvalue_only {
    void before(auto&) & { ++lvalue_count; }
    void after(auto&, auto&) & { ++lvalue_count; }
};

struct annotating {
    void before(auto& call) { call.span().set("attempt"_f = 1); }
    void after(auto& call, auto&) { call.span().set("attempt"_f = 2, "tag"_f = "x"), call.span().cost_usd(0.25); }
};

struct tells {
    void const** seen;
    void on_error(auto& call, std::exception_ptr error) {
        CHECK(call.status() == sonde::status::error);
        try {
            std::rethrow_exception(error);
        } catch (std::exception const& caught) { *seen = &caught; }
    }
};

}  // namespace

#define SINKS sonde::null_sink, sonde::memory_sink

TEMPLATE_TEST_CASE("hooks run by priority, then as written, and in reverse after the call", "", SINKS) {
    auto mon = watched<TestType>();
    journal seen;
    auto const f = [&](auto body) {
        return sonde::monitored<"f">(mon, body, noting<0, 'a'>{&seen}, noting<5, 'b'>{&seen}, noting<0, 'c'>{&seen},
                                     noting<-7, 'd'>{&seen}, noting<5, 'e'>{&seen});
    };
    auto const order = journal{"before b", "before e", "before a", "before c", "before d"};
    SECTION("of a call that returns") {
        f([&] { seen.push_back("call"); })();
        auto expected = order;
        for (auto const* each : {"call", "after d", "after c", "after a", "after e", "after b"}) {
            expected.emplace_back(each);
        }
        CHECK(seen == expected);
    }
    SECTION("of a call that throws") {
        CHECK_THROWS_AS(f([] { throw std::runtime_error("no"); })(), std::runtime_error);
        auto expected = order;
        for (auto const* each : {"on_error d", "on_error c", "on_error a", "on_error e", "on_error b"}) {
            expected.emplace_back(each);
        }
        CHECK(seen == expected);
    }
    SECTION("of a call that is blocked") {
        auto blocked = sonde::monitored<"f">(
            mon, [] {}, noting<0, 'a'>{&seen}, blocker{}, noting<1, 'b'>{&seen}, noting<-2, 'c'>{&seen});
        CHECK_THROWS_AS(blocked(), sonde::policy_violation);
        CHECK(seen == journal{"before b", "before a", "on_block not today a", "on_block not today b"});
    }
    SECTION("of a call that is skipped") {
        auto skipped = sonde::monitored<"f">(
            mon, [] { return 1; }, noting<1, 'a'>{&seen}, answering{[] { return sonde::skip{2}; }},
            noting<-1, 'c'>{&seen});
        CHECK(skipped() == 2);
        CHECK(seen == journal{"before a", "after a"});
    }
}

TEST_CASE("a blocked call throws a policy violation, and is blocked, not failed") {
    auto mon = watched();
    bool ran = false;
    auto blocked =
        sonde::monitored<"transfer", sonde::tool, sonde::args<"amount">>(mon, [&](int) { ran = true; }, blocker{});
    auto run = mon.run("r");
    try {
        blocked(5);
        FAIL("it was not blocked");
    } catch (sonde::policy_violation const& violation) {
        CHECK(violation.rule() == "no_entry");
        CHECK(violation.reason() == "not today");
        CHECK(std::string(violation.what()) == "transfer blocked by no_entry: not today");
    }
    CHECK(!ran);
    CHECK(run.policy_violations() == 1);
    CHECK(run.tool_calls() == 0);
    auto const event = last_event(mon);
    CHECK(event["status"] == "blocked");
    CHECK(event["level"] == "warning");
    CHECK(event["error_message"] == "sonde::policy_violation: transfer blocked by no_entry: not today");
    CHECK(event["input_data"] == json{{"amount", 5}});
    CHECK(event["output_data"] == json::object());
    CHECK(event["metadata"] == json{{"blocked_by", "no_entry"}});
    CHECK(mon.stats().internal_errors == 0);
}

TEMPLATE_TEST_CASE("every verdict does what it says", "", SINKS) {
    auto mon = watched<TestType>();
    auto const with = [&](auto hook) {
        return sonde::monitored<"f">(mon, [](int a, std::string const& b) { return b + std::to_string(a); }, hook);
    };
    using sonde::block, sonde::modify, sonde::proceed, sonde::skip;
    using text = std::string;
    CHECK(with(answering{[] { return proceed{}; }})(1, "x") == "x1");
    CHECK(with(answering{[] { return skip{text("instead")}; }})(1, "x") == "instead");
    CHECK(with(answering{[] { return skip{"literal"}; }})(1, "x") == "literal");
    CHECK(with(answering{[] { return modify{2, text("y")}; }})(1, "x") == "y2");
    CHECK(with(answering{[] { return modify{'\3', "z"}; }})(1, "x") == "z3");
    CHECK(with(answering{[] { return std::optional<block>(); }})(1, "x") == "x1");
    CHECK_THROWS_AS(with(answering{[] { return std::optional(block{"b"}); }})(1, "x"), sonde::policy_violation);
    CHECK(with(answering{[] { return std::optional(skip{text("s")}); }})(1, "x") == "s");
    CHECK(with(answering{[] { return std::optional(modify{4, text("m")}); }})(1, "x") == "m4");

    using any = sonde::verdict<proceed, block, skip<text>, modify<int, text>>;
    CHECK(with(answering{[]() -> any { return {}; }})(1, "x") == "x1");
    CHECK(with(answering{[]() -> any { return proceed{}; }})(1, "x") == "x1");
    CHECK_THROWS_AS(with(answering{[]() -> any { return block{"b"}; }})(1, "x"), sonde::policy_violation);
    CHECK(with(answering{[]() -> any { return skip{text("s")}; }})(1, "x") == "s");
    CHECK(with(answering{[]() -> any { return modify{5, text("v")}; }})(1, "x") == "v5");
    using variant = std::variant<proceed, skip<text>>;
    CHECK(with(answering{[]() -> variant { return skip{text("variant")}; }})(1, "x") == "variant");
    using maybe_any = std::optional<any>;
    CHECK(with(answering{[]() -> maybe_any { return std::nullopt; }})(1, "x") == "x1");
    CHECK(with(answering{[]() -> maybe_any { return any(skip{text("deep")}); }})(1, "x") == "deep");
}

TEMPLATE_TEST_CASE("a verdict without a value blocks", "", SINKS) {
    auto mon = watched<TestType>();
    auto f = sonde::monitored<"f">(mon, [] { return throws_on_move(); }, valueless{});
    CHECK_THROWS_AS(f(), sonde::policy_violation);
}

TEST_CASE("a noexcept function keeps it only where what its hooks answer can't throw") {
    auto mon = watched<sonde::memory_sink>();
    auto const plain = [](int number) noexcept { return number; };
    auto const takes_fragile = [](fragile const& given) noexcept { return given.value; };
    auto const fine = sonde::monitored<"fine">(mon, plain, replacing_with{2});
    auto const may_fail = sonde::monitored<"may_fail">(mon, takes_fragile, replacing_with{-1});
    STATIC_REQUIRE(noexcept(fine(1)));
    STATIC_REQUIRE(!noexcept(may_fail(fragile(1))));
    CHECK(fine(1) == 2);
    CHECK_THROWS_AS(may_fail(1), sonde::policy_violation);
}

TEMPLATE_TEST_CASE("modified arguments live until the function has run", "", SINKS) {
    auto mon = watched<TestType>();
    std::string const long_text(100, 'l');
    auto view = sonde::monitored<"view">(
        mon, [](std::string_view text, std::string const& same) { return std::string(text) + same; },
        answering{[&] { return sonde::modify{long_text + "1", long_text + "2"}; }});
    CHECK(view("a", "b") == long_text + "1" + long_text + "2");

    int one = 1, two = 2;
    auto reference = sonde::monitored<"ref">(
        mon, [](int& target) -> int& { return ++target, target; },
        answering{[&] { return sonde::modify{std::ref(two)}; }});
    CHECK(&reference(one) == &two);
    CHECK(one == 1);
    CHECK(two == 3);

    auto owned = sonde::monitored<"owned">(
        mon, [](std::unique_ptr<int> p) { return *p; },
        answering{std::function([] { return sonde::modify{std::make_unique<int>(7)}; })});
    CHECK(owned(nullptr) == 7);

    auto twice = sonde::monitored<"twice">(
        mon, [](int value) { return value; }, answering{[] { return sonde::modify{5}; }},
        answering{[] { return sonde::modify{6}; }});
    CHECK(twice(1) == 6);
}

TEMPLATE_TEST_CASE("void, reference and immovable results are skipped too", "", SINKS) {
    struct immovable {
        int value;
        immovable(int given) : value(given) {}
        immovable(immovable const&) = delete;
    };
    auto mon = watched<TestType>();
    bool ran = false;
    sonde::monitored<"void">(mon, [&] { ran = true; }, answering{[] { return sonde::skip{}; }})();
    CHECK(!ran);
    int kept = 3, other = 4;
    auto reference = sonde::monitored<"ref">(
        mon, [&]() -> int& { return kept; }, answering{[&] { return sonde::skip{std::ref(other)}; }});
    CHECK(&reference() == &other);
    auto stuck = sonde::monitored<"stuck">(mon, [] { return immovable(1); }, answering{[] { return sonde::skip{9}; }});
    CHECK(stuck().value == 9);
    auto owned = sonde::monitored<"owned">(
        mon, [] { return std::unique_ptr<int>(); }, answering{[] { return sonde::skip{std::make_unique<int>(6)}; }});
    CHECK(*owned() == 6);
}

TEST_CASE("a skipped call is a success that says who skipped it") {
    auto mon = watched();
    auto run = mon.run("r");
    CHECK(sonde::monitored<"f", sonde::tool>(mon, [](int) { return 1; }, remembers{})(7) == 42);
    auto const event = last_event(mon);
    CHECK(event["status"] == "success");
    CHECK(event["metadata"] == json{{"skipped_by", "cache"}});
    CHECK(event["output_data"] == json{{"value", 42}});
    CHECK(event["input_data"] == json{{"arg0", 7}});
    CHECK(run.tool_calls() == 1);
}

TEMPLATE_TEST_CASE("after sees how the call ended, and may change the result", "", SINKS) {
    auto mon = watched<TestType>();
    auto status = sonde::status::blocked;
    std::chrono::nanoseconds first{-1}, second{-2};
    auto f = sonde::monitored<"f">(mon, [](int x) { return x; }, doubling{&status, &first, &second});
    CHECK(f(21) == 42);
    CHECK(status == sonde::status::success);
    CHECK(first == second);
    CHECK(first.count() >= 0);
    if constexpr (std::is_same_v<TestType, sonde::memory_sink>) {
        auto const event = last_event(mon);
        CHECK(event["output_data"] == json{{"value", 42}});
        CHECK(event["duration_ns"] == first.count());
    }
}

TEST_CASE("after sees results of every kind") {
    struct immovable {
        immovable() = default;
        immovable(immovable const&) = delete;
    };
    auto mon = watched();
    std::string what, text = "text";
    auto const kind = [&](auto body) {
        sonde::monitored<"f">(mon, body, seeing{&what})();
        return what;
    };
    CHECK(kind([] {}) == sonde::meta::type_name<std::monostate&>());
    CHECK(kind([] { return immovable(); }) == sonde::meta::type_name<std::monostate&>());
    CHECK(kind([] { return 1; }) == sonde::meta::type_name<int&>());
    CHECK(kind([&]() -> std::string& { return text; }) == sonde::meta::type_name<std::string&>());
    CHECK(kind([&]() -> std::string const& { return text; }) == sonde::meta::type_name<std::string const&>());
    CHECK(kind([&]() -> std::string&& { return std::move(text); }) == sonde::meta::type_name<std::string&>());
}

TEST_CASE("what a function did to its arguments is not what it was given: input is captured before, as modified") {
    auto mon = watched();
    std::string other = "as modified";
    auto f = sonde::monitored<"f", sonde::args<"text">>(
        mon, [](std::string& text) { text = "changed by the function"; },
        answering{std::function([&] { return sonde::modify{std::ref(other)}; })});
    std::string given = "given";
    f(given);
    CHECK(last_event(mon)["input_data"] == json{{"text", "as modified"}});
}

TEMPLATE_TEST_CASE("what hooks throw never reaches the caller, save that a verdict that fails blocks", "", SINKS) {
    auto mon = watched<TestType>();
    CHECK(sonde::monitored<"f">(mon, [] { return 3; }, careless{})() == 3);
    CHECK_THROWS_AS(sonde::monitored<"f">(mon, [] { throw 'c'; }, careless{})(), char);
    bool ran = false;
    auto closed = sonde::monitored<"f">(mon, [&] { ran = true; }, careless{}, fails_closed{});
    try {
        closed();
        FAIL("it was let through");
    } catch (sonde::policy_violation const& violation) {
        CHECK(violation.rule() == "fragile");
        CHECK(violation.reason() == "the hook threw std::runtime_error: broken");
    }
    CHECK(!ran);
    if constexpr (std::is_same_v<TestType, sonde::memory_sink>) {
        CHECK(mon.stats().internal_errors == 2 + 2 + 2);
        CHECK(last_event(mon)["status"] == "blocked");
    }
}

TEMPLATE_TEST_CASE("new arguments or a result that can't be made block, as any failing verdict", "", SINKS) {
    struct picky {
        int value;
        picky(int given) : value(given) {
            if (given < 0) { throw std::invalid_argument("negative"); }
        }
    };
    auto mon = watched<TestType>();
    bool ran = false;
    auto modified = sonde::monitored<"f">(mon, [&](picky) { ran = true; }, answering{[] { return sonde::modify{-1}; }});
    CHECK_THROWS_AS(modified(picky(1)), sonde::policy_violation);
    auto skipped = sonde::monitored<"f">(
        mon, [&]() -> picky { return ran = true, picky(1); }, answering{[] { return sonde::skip{-1}; }});
    CHECK_THROWS_AS(skipped(), sonde::policy_violation);
    CHECK(!ran);
}

TEST_CASE("an ignored exception of a hook goes to on_error, with what threw and where") {
    std::vector<std::string> reported;
    sonde::monitor<sonde::memory_sink> mon{
        {.agent_id = "tests"}, {.on_error = [&](sonde::exception const& e) { reported.emplace_back(e.what()); }}};
    sonde::monitored<"site">(mon, [] {}, named_careless{})();
    REQUIRE(reported.size() == 1);
    CHECK(reported[0] == "sonde: hook careless threw std::runtime_error: oops at site");
}

TEST_CASE("hooks run when the monitor is switched off") {
    auto mon = watched();
    journal seen;
    auto f = sonde::monitored<"f", sonde::tool>(mon, [](int x) { return x; }, noting<0, 'a'>{&seen});
    auto run = mon.run("r");
    mon.enabled(false);
    CHECK(f(1) == 1);
    CHECK(seen == journal{"before a", "after a"});
    CHECK(run.tool_calls() == 1);
    CHECK(mon.sink().size() == 1);
    CHECK_THROWS_AS(sonde::monitored<"g">(mon, [] {}, blocker{})(), sonde::policy_violation);
    CHECK(run.policy_violations() == 1);
    CHECK(mon.sink().size() == 1);
    mon.enabled(true);
    CHECK(f(1) == 1);
    CHECK(mon.sink().size() == 2);
}

TEMPLATE_TEST_CASE("hooks feed on the run, whatever the sink", "", SINKS) {
    auto mon = watched<TestType>();
    auto f = sonde::monitored<"f", sonde::tool>(mon, [] {}, allowance{});
    auto run = mon.run("r", {.user_id = "jane", .session_id = "s1"});
    f();
    f();
    CHECK_THROWS_AS(f(), sonde::policy_violation);
    CHECK(run.tool_calls() == 2);
    CHECK(run.policy_violations() == 1);
}

TEMPLATE_TEST_CASE("hooks of a site and of with_hooks keep one state for all copies and sites", "", SINKS) {
    auto mon = watched<TestType>();
    counting shared;
    auto tools = sonde::with_hooks(mon, counting(shared));
    auto f = sonde::monitored<"f">(tools, [] {});
    auto g = sonde::monitored<"g">(tools, [](int) {});
    auto copy = f;
    f(), g(1), copy();
    CHECK(*shared.calls == 3);

    int seen = 0;
    auto own = sonde::monitored<"own">(mon, [] {}, own_count{0, &seen});
    auto own_copy = own;
    own(), own_copy(), own();
    CHECK(seen == 3);

    own_count kept{0, &seen};
    auto by_reference = sonde::monitored<"ref">(mon, [] {}, std::ref(kept));
    by_reference();
    CHECK(kept.count == 1);

    auto moved = sonde::monitored<"moved">(mon, [] {}, move_only{std::make_unique<int>(10), &seen});
    auto moved_copy = moved;
    moved(), moved_copy();
    CHECK(seen == 12);

    pinned fixed;
    sonde::monitored<"pinned">(mon, [] {}, std::ref(fixed))();
    CHECK(fixed.count == 1);

    journal order;
    auto outer = sonde::with_hooks(mon, noting<0, 'a'>{&order});
    auto inner = sonde::with_hooks(outer, noting<0, 'b'>{&order});
    auto three = [] {} | sonde::monitored<"three">(inner, noting<0, 'c'>{&order});
    three();
    CHECK(order == journal{"before a", "before b", "before c", "after c", "after b", "after a"});
}

TEMPLATE_TEST_CASE("qualified hook members are called as they ask to be", "", SINKS) {
    lvalue_count = 0;
    auto mon = watched<TestType>();
    sonde::monitored<"f">(mon, [] {}, lvalue_only{})();
    CHECK(lvalue_count == 2);
}

TEST_CASE("hooks annotate the span, and see the same annotations in the event") {
    auto mon = watched();
    sonde::monitored<"f">(mon, [] {}, annotating{})();
    auto const event = last_event(mon);
    CHECK(event["metadata"] == json{{"attempt", 2}, {"tag", "x"}});
    CHECK(event["cost_usd"] == 0.25);
}

TEST_CASE("an exception passes hooks unchanged, and each on_error sees that very object") {
    auto mon = watched();
    void const *thrown = nullptr, *seen = nullptr;
    try {
        sonde::monitored<"f">(
            mon,
            [&] {
                try {
                    throw std::logic_error("x");
                } catch (std::logic_error& error) {
                    thrown = &error;
                    throw;
                }
            },
            tells{&seen})();
    } catch (std::logic_error& caught) { CHECK(&caught == thrown); }
    CHECK(seen == thrown);
}
