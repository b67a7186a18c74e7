// SPDX-License-Identifier: MIT
// meta::invoke does what std::invoke does, and the signatures of callables are read as written.
#include "support/catch.hpp"

#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/invoke.hpp>
#include <sonde/meta/signature.hpp>

#include <functional>
#include <memory>
#include <type_traits>

namespace {

struct base {
    int number = 3;
    constexpr int add(int more) const noexcept { return number + more; }
    constexpr int take() && { return -number; }
};
struct derived : base {};

constexpr int twice(int value) { return 2 * value; }

constexpr bool invokes() {
    base object;
    derived child;
    child.number = 4;
    auto const reference = std::ref(object);
    using sonde::meta::invoke;
    return invoke(twice, 2) == 4 && invoke([](int x, int y) { return x - y; }, 5, 3) == 2 &&
           invoke(&base::add, object, 1) == 4 && invoke(&base::add, &object, 1) == 4 &&
           invoke(&base::add, reference, 1) == 4 && invoke(&base::add, child, 1) == 5 &&
           invoke(&base::add, &child, 1) == 5 && invoke(&base::take, base{}) == -3 &&
           invoke(&base::number, object) == 3 && invoke(&base::number, &child) == 4 &&
           invoke(sonde::meta::constant_callable<&twice>{}, 3) == 6 &&
           invoke(sonde::meta::constant_callable<&base::add>{}, object, 2) == 5;
}
static_assert(invokes());

template <class F, class... A>
concept here = requires(F&& f, A&&... a) { sonde::meta::invoke(static_cast<F&&>(f), static_cast<A&&>(a)...); };

template <class F, class... A>
constexpr bool same_as_std = here<F, A...> == std::is_invocable_v<F, A...>;
template <class F, class... A>
    requires(here<F, A...> && std::is_invocable_v<F, A...>)
constexpr bool same_as_std<F, A...> =
    std::is_same_v<decltype(sonde::meta::invoke(std::declval<F>(), std::declval<A>()...)),
                   std::invoke_result_t<F, A...>> &&
    noexcept(sonde::meta::invoke(std::declval<F>(), std::declval<A>()...)) == std::is_nothrow_invocable_v<F, A...>;
using adds = int (base::*)(int) const noexcept;
using takes = int (base::*)() &&;
using member = int base::*;
static_assert(same_as_std<adds, base&, int> && same_as_std<adds, base const*, long> && same_as_std<adds, base&>);
static_assert(same_as_std<takes, base> && same_as_std<takes, base&> && same_as_std<takes, std::unique_ptr<base>>);
static_assert(same_as_std<member, base> && same_as_std<member, base const&> && same_as_std<member, base*>);
static_assert(same_as_std<member, std::reference_wrapper<derived>> && same_as_std<member, std::shared_ptr<base>&>);
static_assert(same_as_std<member, int> && same_as_std<member, base, int> && same_as_std<int, int>);

using sonde::meta::no_signature;
using sonde::meta::qualifier;
using sonde::meta::signature;
template <class Callable, class Expected>
constexpr bool has = std::is_same_v<sonde::meta::signature_of<Callable>, Expected>;

struct lvalue_call {
    void operator()(int) & noexcept;
};
struct rvalue_call {
    void operator()(int) const&&;
};
struct two_calls {
    void operator()(int);
    void operator()();
};
constexpr auto lambda = [](int, char const*) { return 1.5; };
constexpr auto changing = [n = 0]() mutable noexcept { return ++n; };
constexpr auto generic = [](auto) {};
static_assert(has<decltype(&twice), signature<qualifier::constant, int, int>>);
static_assert(has<int (*)(char) noexcept, signature<qualifier::constant, int, char>>);
static_assert(has<std::remove_const_t<decltype(lambda)>, signature<qualifier::constant, double, int, char const*>>);
static_assert(has<std::remove_const_t<decltype(changing)>, signature<qualifier::none, int>>);
static_assert(has<lvalue_call, signature<qualifier::lvalue, void, int>>);
static_assert(has<rvalue_call, signature<qualifier::constant_rvalue, void, int>>);
static_assert(has<adds, signature<qualifier::constant, int, int>>);
static_assert(has<takes, signature<qualifier::rvalue, int>>);
static_assert(has<two_calls, no_signature> && has<int, no_signature> && has<int (*)(int, ...), no_signature>);
static_assert(has<std::remove_const_t<decltype(generic)>, no_signature> && has<member, no_signature>);
static_assert(has<std::function<long(int&)>, signature<qualifier::constant, long, int&>>);

}  // namespace

TEST_CASE("invoke calls functions, objects and members") {
    CHECK(invokes());
    auto const owned = std::make_unique<base>();
    CHECK(sonde::meta::invoke(&base::add, owned, 4) == 7);
    sonde::meta::invoke(&base::number, owned) = 9;
    CHECK(owned->number == 9);
}
