// SPDX-License-Identifier: MIT
// A decorated callable is invocable exactly where the callable is, with the same result type and the same noexcept.
#include "support/catch.hpp"

#include <sonde/sonde.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

template <class... Arguments>
struct list {};

struct base {
    int field = 3;
    int plain(int) { return 1; }
    int constant(long) const { return 2; }
    int lvalue(int) & noexcept { return 3; }
    int constant_lvalue(int) const& { return 4; }
    int rvalue(std::string) && { return 5; }
    int constant_rvalue(int) const&& noexcept { return 6; }
    static int free_one(base&) { return 7; }
    int defaulted(int, int = 0) { return 8; }
    int variadic(int, ...) { return 9; }
};
struct derived : base {};
struct unrelated {};
struct only_explicit {
    explicit only_explicit(int) {}
};
struct throws_when_made {
    throws_when_made(int) noexcept(false) {}
};

struct overloaded {
    int operator()(int) const noexcept { return 1; }
    long operator()(std::string const&) { return 2; }
    void operator()(int, int) && {}
    char operator()(char const*) const& { return 'c'; }
};
struct not_const {
    int operator()(int) { return 1; }
};
struct lvalue_only {
    int operator()(int&) & noexcept { return 1; }
};
struct const_lvalue_only {
    int operator()(int) const& { return 1; }
};
struct rvalue_only {
    int operator()(std::unique_ptr<int>) && { return 1; }
};
struct const_rvalue_only {
    int operator()(int&&) const&& { return 1; }
};
struct constrained {
    template <class T>
        requires std::is_integral_v<T>
    T operator()(T value) const noexcept {
        return value;
    }
};
struct last_one final {
    int operator()(int, long = 2) const noexcept { return 1; }
};
struct deleted_for_long {
    int operator()(int) const { return 1; }
    int operator()(long) const = delete;
};
struct references {
    int& operator()(int& value) const noexcept { return value; }
    int&& operator()(int&& value) const noexcept { return std::move(value); }
    std::string const& operator()(std::string const& value) const noexcept { return value; }
    std::string const operator()(std::nullptr_t) const { return {}; }
};
[[maybe_unused]] int takes_function(int (*)(int)) { return 1; }
[[maybe_unused]] int c_variadic(char const*, ...) { return 1; }
[[maybe_unused]] void plain_noexcept(std::string_view, only_explicit) noexcept {}
[[maybe_unused]] void takes_throwing(throws_when_made) noexcept {}

using call_lists =
    std::tuple<list<>, list<int>, list<int&>, list<int const&>, list<short>, list<std::nullptr_t>, list<char const*>,
               list<std::string>, list<std::string const&>, list<std::unique_ptr<int>>, list<std::unique_ptr<int>&>,
               list<only_explicit>, list<throws_when_made>, list<int, long>, list<std::string_view, only_explicit>,
               list<char const*, int, double>, list<long>, list<base&>, list<unrelated&>, list<int (*)(int)>,
               list<volatile int&>>;
using member_lists =
    std::tuple<list<>, list<int>, list<base>, list<base const&>, list<base*>, list<derived&>, list<unrelated&>,
               list<std::reference_wrapper<base const>>, list<std::shared_ptr<derived> const&>, list<base, int>,
               list<base&, int>, list<base const&, int>, list<base const, int>, list<base const*, long>,
               list<derived&, short>, list<std::reference_wrapper<base>, int>, list<std::unique_ptr<base>, int>,
               list<base, std::string>, list<base&, int, double>, list<unrelated&, int>, list<base volatile&, int>>;

// Whether both can be called with these arguments, or neither can; -1: they differ.
template <class Bare, class Decorated, class... Arguments>
constexpr int agree(list<Arguments...>) {
    constexpr auto possible = std::is_invocable_v<Bare, Arguments...>;
    if constexpr (std::is_invocable_v<Decorated, Arguments...> != possible) {
        return -1;
    } else if constexpr (!possible) {
        return 0;
    } else {
        return std::is_same_v<std::invoke_result_t<Bare, Arguments...>,
                              std::invoke_result_t<Decorated, Arguments...>> &&
                       std::is_nothrow_invocable_v<Bare, Arguments...> ==
                           std::is_nothrow_invocable_v<Decorated, Arguments...>
                   ? 1
                   : -1;
    }
}

// How many of the argument lists both can be called with.
template <class Bare, class Decorated>
int accepted() {
    using lists = std::conditional_t<sonde::meta::is_member<std::remove_cvref_t<Bare>>, member_lists, call_lists>;
    return []<class... Lists>(std::tuple<Lists...>) {
        int const answers[]{agree<Bare, Decorated>(Lists{})...};
        int count = 0;
        for (std::size_t i = 0; i < sizeof...(Lists); ++i) {
            INFO("argument list " << i << " for " << sonde::meta::type_name<Bare>());
            CHECK(answers[i] >= 0);
            count += answers[i];
        }
        return count;
    }(lists{});
}

template <class Held, class Decorated>
int check_as() {
    CHECK(std::is_copy_constructible_v<Decorated> == std::is_copy_constructible_v<Held>);
    CHECK(std::is_copy_assignable_v<Decorated> == std::is_copy_assignable_v<Held>);
    CHECK(std::is_move_assignable_v<Decorated> == std::is_move_assignable_v<Held>);
    CHECK(std::is_nothrow_move_constructible_v<Decorated> == std::is_nothrow_move_constructible_v<Held>);
    return accepted<Held, Decorated>() + accepted<Held&, Decorated&>() + accepted<Held const&, Decorated const&>();
}

template <class Callable>
int check() {
    using held = std::decay_t<Callable>;
    using silent =
        decltype(sonde::monitored<"f">(std::declval<sonde::monitor<sonde::null_sink>&>(), std::declval<Callable>()));
    using recorded =
        decltype(sonde::monitored<"f">(std::declval<sonde::monitor<sonde::memory_sink>&>(), std::declval<Callable>()));
    CHECK(sizeof(silent) == sizeof(held));
    auto const count = check_as<held, silent>();
    CHECK(check_as<held, recorded>() == count);
    return count;
}

template <auto Function>
int check_constant() {
    using held = decltype(Function);
    using silent = decltype(sonde::monitored<Function>(std::declval<sonde::monitor<sonde::null_sink>&>()));
    using recorded = decltype(sonde::monitored<Function>(std::declval<sonde::monitor<sonde::memory_sink>&>()));
    CHECK(std::is_empty_v<silent>);
    auto const count = accepted<held, silent>();
    CHECK(accepted<held, recorded>() == count);
    return count;
}

struct watching {
    void before(auto&) {}
    void after(auto&, auto&) {}
};
struct blocking {
    sonde::block before(auto&) { return {}; }
};
struct proceeding {
    sonde::proceed before(auto&) noexcept { return {}; }
};
struct might_throw {
    sonde::proceed before(auto&) { return {}; }
};

template <class Hook, bool Nothrow, class Sink>
void check_hooked() {
    using nothrow = decltype(sonde::monitored<"f">(std::declval<sonde::monitor<Sink>&>(), plain_noexcept, Hook{}));
    using throwing = decltype(sonde::monitored<"f">(std::declval<sonde::monitor<Sink>&>(), takes_function, Hook{}));
    using generic = decltype(sonde::monitored<"f">(std::declval<sonde::monitor<Sink>&>(), constrained{}, Hook{}));
    using member = decltype(sonde::monitored<&base::lvalue>(std::declval<sonde::monitor<Sink>&>(), Hook{}));
    STATIC_REQUIRE(std::is_nothrow_invocable_v<nothrow, std::string_view, only_explicit> == Nothrow);
    STATIC_REQUIRE(!std::is_invocable_v<nothrow, std::string_view, int>);
    STATIC_REQUIRE(!std::is_nothrow_invocable_v<throwing, int (*)(int)>);
    STATIC_REQUIRE(std::is_nothrow_invocable_v<generic, int> == Nothrow);
    STATIC_REQUIRE(!std::is_invocable_v<generic, double>);
    STATIC_REQUIRE(std::is_nothrow_invocable_v<member, derived&, int> == Nothrow);
    STATIC_REQUIRE(!std::is_invocable_v<member, derived, int>);
}

}  // namespace

TEST_CASE("a decorated class is invocable where the class is") {
    CHECK(check<overloaded>() > 0);
    CHECK(check<not_const>() > 0);
    CHECK(check<lvalue_only>() > 0);
    CHECK(check<const_lvalue_only>() > 0);
    CHECK(check<rvalue_only>() > 0);
    CHECK(check<const_rvalue_only>() > 0);
    CHECK(check<constrained>() > 0);
    CHECK(check<last_one>() > 0);
    CHECK(check<deleted_for_long>() > 0);
    CHECK(check<references>() > 0);
    CHECK(check<std::function<int(int)>>() > 0);
    CHECK(check<std::reference_wrapper<not_const>>() > 0);
}

TEST_CASE("a decorated lambda is invocable where the lambda is") {
    int captured = 0;
    auto check_lambda = [](auto lambda) { return check<decltype(lambda)>(); };
    CHECK(check_lambda([] { return 1; }) == 3);
    CHECK(check_lambda([](int, std::string_view = {}) noexcept {}) > 0);
    CHECK(check_lambda([&captured](int value) mutable { return captured += value; }) > 10);
    CHECK(check_lambda([](auto&&... all) noexcept { return sizeof...(all); }) > 60);
    CHECK(check_lambda([](auto const& one) -> decltype(one.size()) { return one.size(); }) > 5);
    CHECK(check_lambda([](std::unique_ptr<int> p) { return p; }) > 4);
    CHECK(check_lambda([held = std::unique_ptr<int>()](int) {}) > 0);
    CHECK(check_lambda([](volatile int&) {}) > 0);
    CHECK(check_lambda([](std::string&& text) -> std::string&& { return std::move(text); }) > 4);
}

TEST_CASE("a decorated function is invocable where the function is") {
    CHECK(check<decltype(&takes_function)>() > 0);
    CHECK(check<decltype(&c_variadic)>() > 0);
    CHECK(check<decltype(&plain_noexcept)>() > 0);
    CHECK(check<decltype(&takes_throwing)>() > 0);
    CHECK(check<decltype((takes_function))>() > 0);
    CHECK(check_constant<&takes_function>() > 0);
    CHECK(check_constant<&c_variadic>() > 0);
    CHECK(check_constant<&plain_noexcept>() > 0);
    CHECK(check_constant<&base::free_one>() > 0);
}

TEST_CASE("a decorated member is invocable where the member is") {
    CHECK(check<decltype(&base::plain)>() > 0);
    CHECK(check<decltype(&base::constant)>() > 0);
    CHECK(check<decltype(&base::lvalue)>() > 0);
    CHECK(check<decltype(&base::constant_lvalue)>() > 0);
    CHECK(check<decltype(&base::rvalue)>() > 0);
    CHECK(check<decltype(&base::constant_rvalue)>() > 0);
    CHECK(check<decltype(&base::defaulted)>() > 0);
    CHECK(check<decltype(&base::variadic)>() > 0);
    CHECK(check<decltype(&base::field)>() > 0);
    CHECK(check_constant<&base::plain>() > 0);
    CHECK(check_constant<&base::rvalue>() > 0);
    CHECK(check_constant<&base::variadic>() > 0);
    CHECK(check_constant<&base::field>() > 0);
}

TEST_CASE("noexcept is kept with hooks exactly where none can block") {
    check_hooked<watching, true, sonde::null_sink>();
    check_hooked<watching, true, sonde::memory_sink>();
    check_hooked<proceeding, true, sonde::null_sink>();
    check_hooked<proceeding, true, sonde::memory_sink>();
    check_hooked<blocking, false, sonde::null_sink>();
    check_hooked<blocking, false, sonde::memory_sink>();
    check_hooked<might_throw, false, sonde::null_sink>();
    check_hooked<might_throw, false, sonde::memory_sink>();
}

TEST_CASE("a pipe gives what the call gives") {
    auto lambda = [](int value) { return value; };
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "tests"}};
    auto called = sonde::monitored<"f", sonde::tool>(mon, lambda, watching{});
    auto piped = lambda | sonde::monitored<"f", sonde::tool>(mon, watching{});
    STATIC_REQUIRE(std::is_same_v<decltype(piped), decltype(called)>);
    CHECK(piped(3) == 3);
}
