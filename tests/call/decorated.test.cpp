// SPDX-License-Identifier: MIT
// What a decorated callable does is what the callable does: results, references, copies and moves, exceptions, recursion.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/sonde.hpp>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using sonde::tests::watched;

struct ignoring {
    void before(auto&) {}
    void after(auto&, auto&) {}
};

// How often an object was copied and moved on its way.
struct traveller {
    int copies = 0, moves = 0;
    traveller() = default;
    traveller(traveller const& other) : copies(other.copies + 1), moves(other.moves) {}
    traveller(traveller&& other) noexcept : copies(other.copies), moves(other.moves + 1) {}
    traveller& operator=(traveller const&) = delete;
};

struct immovable {
    int value;
    explicit immovable(int given) : value(given) {}
    immovable(immovable const&) = delete;
    immovable& operator=(immovable const&) = delete;
};

struct big {
    std::array<int, 1000> numbers{};
};

struct account {
    int balance = 10;
    int add(int amount) { return balance += amount; }
    int get() const noexcept { return balance; }
    int lvalue(int amount) & { return balance + amount; }
    int rvalue(int amount) && { return balance - amount; }
    account& self() { return *this; }
    virtual int kind() const { return 1; }
    virtual ~account() = default;
};
struct savings final : account {
    int kind() const override { return 2; }
};

int sum_of(int count, ...) {
    std::va_list all;
    va_start(all, count);
    int sum = 0;
    for (int i = 0; i < count; ++i) { sum += va_arg(all, int); }
    va_end(all);
    return sum;
}

int twice(int value) { return 2 * value; }

struct color {
    int red, green, blue;
};

}  // namespace

#define SINKS sonde::null_sink, sonde::memory_sink

TEMPLATE_TEST_CASE("results of every kind arrive as they left", "", SINKS) {
    auto mon = watched<TestType>();
    int number = 5;
    std::array<int, 3> const row{1, 2, 3};
    int c_array[2] = {7, 8};
    auto const check = [&](auto&&... hooks) {
        auto nothing = sonde::monitored<"f">(mon, [&number] { ++number; }, hooks...);
        STATIC_REQUIRE(std::is_void_v<decltype(nothing())>);
        auto const before = number;
        nothing();
        CHECK(number == before + 1);

        auto lvalue = sonde::monitored<"f">(mon, [&number]() -> int& { return number; }, hooks...);
        STATIC_REQUIRE(std::is_same_v<decltype(lvalue()), int&>);
        CHECK(&lvalue() == &number);

        auto constant = sonde::monitored<"f">(mon, [&row](std::size_t i) -> int const& { return row[i]; }, hooks...);
        STATIC_REQUIRE(std::is_same_v<decltype(constant(1U)), int const&>);
        CHECK(&constant(1) == &row[1]);

        auto rvalue = sonde::monitored<"f">(mon, [&number]() -> int&& { return std::move(number); }, hooks...);
        STATIC_REQUIRE(std::is_same_v<decltype(rvalue()), int&&>);
        auto&& same = rvalue();
        CHECK(&same == &number);

        auto whole_array = sonde::monitored<"f">(mon, [&c_array]() -> int(&)[2] { return c_array; }, hooks...);
        STATIC_REQUIRE(std::is_same_v<decltype(whole_array()), int(&)[2]>);
        CHECK(&whole_array() == &c_array);

        auto const_value = sonde::monitored<"f">(mon, []() -> std::string const { return "const"; }, hooks...);
        STATIC_REQUIRE(std::is_same_v<decltype(const_value()), std::string const>);
        CHECK(const_value() == "const");

        auto owned =
            sonde::monitored<"f">(mon, [](std::unique_ptr<int> p) { return std::make_unique<int>(*p + 1); }, hooks...);
        CHECK(*owned(std::make_unique<int>(3)) == 4);

        auto stuck = sonde::monitored<"f">(mon, [](int value) { return immovable(value); }, hooks...);
        immovable const made = stuck(9);
        CHECK(made.value == 9);

        auto large = sonde::monitored<"f">(
            mon,
            [](int last) {
                big all;
                all.numbers.back() = last;
                return all;
            },
            hooks...);
        CHECK(large(11).numbers.back() == 11);

        auto function = sonde::monitored<"f">(mon, []() -> int (&)(int) { return twice; }, hooks...);
        CHECK(function()(4) == 8);
    };
    check();
    check(ignoring{});
}

TEMPLATE_TEST_CASE("arguments are copied no more often than by the bare call, and moved at most once more", "", SINKS) {
    auto mon = watched<TestType>();
    auto const by_value = [](traveller one) { return std::pair(one.copies, one.moves); };
    auto const by_reference = [](traveller const& one) { return std::pair(one.copies, one.moves); };
    auto const by_rvalue = [](traveller&& one) { return std::pair(one.copies, one.moves); };
    auto const generic = [](auto&& one) { return std::pair(one.copies, one.moves); };
    auto const generic_value = [](auto one) { return std::pair(one.copies, one.moves); };

    auto const compare = [](auto const& bare, auto const& decorated, auto&& give, int more) {
        auto const expected = bare(give());
        auto const seen = decorated(give());
        CHECK(seen.first == expected.first);
        CHECK(seen.second - expected.second >= 0);
        CHECK(seen.second - expected.second <= more);
    };
    traveller held;
    auto const fresh = [] { return traveller(); };
    auto const lvalue = [&held]() -> traveller& { return held; };
    auto const moved = [&held]() -> traveller&& { return std::move(held); };
    auto const all = [&](auto&&... hooks) {
        auto const none = std::is_same_v<TestType, sonde::null_sink> && sizeof...(hooks) == 0;
        auto const one = none ? 0 : 1;
        auto const value = sonde::monitored<"f">(mon, by_value, hooks...);
        compare(by_value, value, fresh, one);
        compare(by_value, value, lvalue, one);
        compare(by_value, value, moved, one);
        auto const reference = sonde::monitored<"f">(mon, by_reference, hooks...);
        compare(by_reference, reference, fresh, 0);
        compare(by_reference, reference, lvalue, 0);
        auto const rvalue = sonde::monitored<"f">(mon, by_rvalue, hooks...);
        compare(by_rvalue, rvalue, fresh, 0);
        compare(by_rvalue, rvalue, moved, 0);
        auto const any = sonde::monitored<"f">(mon, generic, hooks...);
        compare(generic, any, fresh, 0);
        compare(generic, any, lvalue, 0);
        auto const any_value = sonde::monitored<"f">(mon, generic_value, hooks...);
        compare(generic_value, any_value, fresh, one);
        compare(generic_value, any_value, lvalue, one);
        compare(generic_value, any_value, moved, one);
    };
    all();
    all(ignoring{});
}

TEMPLATE_TEST_CASE("results are neither copied nor moved on their way back", "", SINKS) {
    auto mon = watched<TestType>();
    auto const check = [&](auto&&... hooks) {
        CHECK(sonde::monitored<"f">(mon, [] { return traveller(); }, hooks...)().moves == 0);
        auto const from_reference =
            sonde::monitored<"f">(mon, [held = traveller()]() -> traveller const& { return held; }, hooks...);
        auto const copy = from_reference();
        CHECK(copy.copies == 1 + from_reference().copies);
    };
    check();
    check(ignoring{});
}

TEMPLATE_TEST_CASE("members are called on whatever std::invoke takes for their object", "", SINKS) {
    auto mon = watched<TestType>();
    auto const check = [](auto add, auto get, auto lvalue, auto rvalue, auto balance, auto kind) {
        account one;
        savings two;
        CHECK(add(one, 1) == 11);
        CHECK(add(&one, 1) == 12);
        CHECK(add(std::ref(one), 1) == 13);
        CHECK(add(two, 5) == 15);
        auto unique = std::make_unique<account>();
        CHECK(add(unique, 2) == 12);
        CHECK(add(std::make_shared<savings>(), 3) == 13);
        CHECK(get(std::as_const(one)) == 13);
        CHECK(get(std::cref(one)) == 13);
        CHECK(get(account()) == 10);
        CHECK(lvalue(one, 1) == 14);
        CHECK(rvalue(std::move(one), 1) == 12);
        CHECK(kind(static_cast<account const&>(two)) == 2);
        STATIC_REQUIRE(std::is_same_v<decltype(balance(one)), int&>);
        STATIC_REQUIRE(std::is_same_v<decltype(balance(std::as_const(one))), int const&>);
        STATIC_REQUIRE(std::is_same_v<decltype(balance(account())), int&&>);
        balance(one) = 99;
        CHECK(one.balance == 99);
        CHECK(balance(&two) == 15);
        STATIC_REQUIRE(noexcept(get(one)));
        STATIC_REQUIRE(!noexcept(add(one, 1)));
    };
    check(sonde::monitored<"m">(mon, &account::add), sonde::monitored<"m">(mon, &account::get),
          sonde::monitored<"m">(mon, &account::lvalue), sonde::monitored<"m">(mon, &account::rvalue),
          sonde::monitored<"m">(mon, &account::balance), sonde::monitored<"m">(mon, &account::kind));
    check(sonde::monitored<&account::add>(mon), sonde::monitored<&account::get>(mon),
          sonde::monitored<&account::lvalue>(mon), sonde::monitored<&account::rvalue>(mon),
          sonde::monitored<&account::balance>(mon), sonde::monitored<&account::kind>(mon));
    check(sonde::monitored<&account::add>(mon, ignoring{}), sonde::monitored<&account::get>(mon, ignoring{}),
          sonde::monitored<&account::lvalue>(mon, ignoring{}), sonde::monitored<&account::rvalue>(mon, ignoring{}),
          sonde::monitored<&account::balance>(mon, ignoring{}), sonde::monitored<&account::kind>(mon, ignoring{}));
    account chained;
    CHECK(&sonde::monitored<&account::self>(mon)(chained) == &chained);
}

TEMPLATE_TEST_CASE("a call is written as the bare call is", "", SINKS) {
    auto mon = watched<TestType>();
    auto const check = [&](auto&&... hooks) {
        auto mix = sonde::monitored<"mix">(
            mon,
            [](color one, std::vector<int> const& more) { return one.red + one.blue + static_cast<int>(more.size()); },
            hooks...);
        CHECK(mix({1, 2, 3}, {4, 5, 6}) == 7);
        CHECK(mix({.red = 1, .green = 0, .blue = 1}, {}) == 2);

        auto pointer = sonde::monitored<"pointer">(
            mon, [](int const* p, void (*f)()) { return p == nullptr && f == nullptr; }, hooks...);
        CHECK(pointer(0, nullptr));
        CHECK(pointer(nullptr, 0));

        auto text = sonde::monitored<"text">(mon, [](std::string const& s) { return s.size(); }, hooks...);
        CHECK(text("four") == 4);

        struct {
            unsigned low : 3, high : 5;
        } bits{5, 17};
        auto number = sonde::monitored<"bits">(mon, [](unsigned a, unsigned const& b) { return a + b; }, hooks...);
        CHECK(number(bits.low, bits.high) == 22);

        auto defaults = sonde::monitored<"defaults">(
            mon, [](int a, int b = 20, std::string const& c = "ccc") { return a + b + static_cast<int>(c.size()); },
            hooks...);
        CHECK(defaults(1) == 24);
        CHECK(defaults(1, 2) == 6);
        CHECK(defaults(1, 2, "c") == 4);

        auto variadic = sonde::monitored<"sum">(mon, sum_of, hooks...);
        CHECK(variadic(3, 1, 2, 3) == 6);
        char buffer[16];
        auto print = sonde::monitored<"print">(mon, std::snprintf, hooks...);
        CHECK(print(buffer, sizeof buffer, "%d %s", 7, "up") == 4);
        CHECK(std::string(buffer) == "7 up");

        auto mutable_one = sonde::monitored<"count">(mon, [count = 0]() mutable { return ++count; }, hooks...);
        CHECK((mutable_one(), mutable_one()) == 2);
        auto copy = mutable_one;
        CHECK(copy() == 3);
        CHECK(mutable_one() == 3);
    };
    check();
    check(ignoring{});
}

TEMPLATE_TEST_CASE("decorated callables recurse, and go where callables go", "", SINKS) {
    auto mon = watched<TestType>();
    std::function<int(int)> factorial;
    factorial = sonde::monitored<"factorial">(mon, [&](int n) { return n < 2 ? 1 : n * factorial(n - 1); });
    CHECK(factorial(6) == 720);

    auto is_even = sonde::monitored<"even">(mon, [](int n) { return n % 2 == 0; });
    std::vector<int> numbers(10);
    std::iota(numbers.begin(), numbers.end(), 0);
    CHECK(std::count_if(numbers.begin(), numbers.end(), is_even) == 5);
    std::sort(numbers.begin(), numbers.end(), sonde::monitored<"more">(mon, [](int a, int b) { return a > b; }));
    CHECK(numbers.front() == 9);
    std::vector<int> doubled(10);
    std::transform(numbers.begin(), numbers.end(), doubled.begin(), sonde::monitored<&twice>(mon));
    CHECK(doubled.front() == 18);

    auto maker = [&](int n) { return sonde::monitored<"add">(mon, [n](int m) { return n + m; }); };
    std::vector<decltype(maker(0))> adders;
    for (int i = 0; i < 20; ++i) { adders.push_back(maker(i)); }
    CHECK(adders[7](1) == 8);
    std::map<std::string, std::function<int(int)>> by_name{{"twice", sonde::monitored<&twice>(mon)}, {"add", maker(3)}};
    CHECK(by_name["twice"](by_name["add"](1)) == 8);

    std::array<sonde::monitor<TestType>*, 1> const kept{&mon};
    auto const bound = std::bind_front(sonde::monitored<"bound">(*kept[0], twice));
    CHECK(bound(2) == 4);
    CHECK(std::invoke(sonde::monitored<"move only">(mon, [p = std::make_unique<int>(4)] { return *p; })) == 4);
    auto nested = sonde::monitored<"outer">(mon, sonde::monitored<"inner">(mon, twice));
    CHECK(nested(3) == 6);
}

TEST_CASE("a decorated callable that was moved from is as good as the callable") {
    auto mon = watched();
    auto first = sonde::monitored<"twice">(mon, twice, ignoring{});
    auto second = std::move(first);
    CHECK(second(1) == 2);
    CHECK(first(2) == 4);
    second = std::move(first);
    CHECK(first(2) == 4);
    CHECK(mon.sink().size() == 3);
}

TEST_CASE("under the null sink a decorated callable is as large as the callable, and constant where it is") {
    struct last final {
        constexpr int operator()(int n) const { return n; }
    };
    sonde::monitor<sonde::null_sink> mon;
    int a = 0;
    long b = 0;
    auto const captures = [&a, b] { return a + static_cast<int>(b); };
    CHECK(sizeof(sonde::monitored<"f">(mon, captures)) == sizeof captures);
    CHECK(std::is_empty_v<decltype(sonde::monitored<"f">(mon, [] {}))>);
    CHECK(std::is_empty_v<decltype(sonde::monitored<"f">(mon, last{}))>);
    CHECK(std::is_empty_v<decltype(sonde::monitored<&twice>(mon))>);
    CHECK(std::is_empty_v<decltype(sonde::monitored<&account::add>(mon))>);
    CHECK(sizeof(sonde::monitored<"f">(mon, twice)) == sizeof &twice);
    CHECK(sizeof(sonde::monitored<"f">(mon, &account::add)) == sizeof &account::add);
    CHECK(sizeof(sonde::monitored<"f">(mon, &account::balance)) == sizeof &account::balance);
    CHECK(sizeof(sonde::monitored<"f">(mon, std::function<void()>())) == sizeof(std::function<void()>));

    constexpr auto results = [] {
        sonde::monitor<sonde::null_sink> own;
        auto const plus = sonde::monitored<"plus">(own, [](int x, int y) { return x + y; });
        auto const any = sonde::monitored<"any">(own, [](auto const& x) { return x.size(); });
        auto const fixed = sonde::monitored<"last">(own, last{});
        auto const spanned = sonde::monitored<"spanned", sonde::with_span>(own, [](auto& span, int x) {
            span.cost_usd(0.5);
            return x;
        });
        constexpr auto field = &color::green;
        auto const member = sonde::monitored<"green">(own, field);
        auto const piped = [](int x) { return -x; } | sonde::monitored<"piped">(own);
        return std::array{
            plus(1, 2), static_cast<int>(any(std::string_view("four"))), fixed(5), spanned(6), member(color{1, 7, 3}),
            piped(8)};
    };
    STATIC_REQUIRE(results() == std::array{3, 4, 5, 6, 7, -8});
    CHECK(results() == std::array{3, 4, 5, 6, 7, -8});
}

TEST_CASE("decorated callables outlive their monitor, and each call counts as dropped") {
    auto mon = std::make_unique<sonde::monitor<sonde::memory_sink>>(sonde::identity{.agent_id = "tests"});
    auto decorated = sonde::monitored<"twice">(*mon, twice);
    CHECK(decorated(2) == 4);
    mon->shutdown();
    CHECK(decorated(2) == 4);
    CHECK(mon->stats().dropped.after_shutdown == 1);
    CHECK(mon->stats().accepted == 2);
    CHECK(mon->stats().delivered == 1);
    mon.reset();
    CHECK(decorated(3) == 6);
}
