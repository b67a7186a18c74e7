// SPDX-License-Identifier: MIT
// What is a hook and what is not, in which order hooks stand, and what they are called.
#include "support/catch.hpp"

#include <sonde/hook/concept.hpp>
#include <sonde/hook/modified.hpp>
#include <sonde/hook/policy_violation.hpp>
#include <sonde/hook/stored.hpp>
#include <sonde/hook/verdict.hpp>

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace {

struct only_before {
    void before(auto&);
};
struct only_after {
    void after(auto&, auto&);
};
struct only_error {
    void on_error(auto&, std::exception_ptr);
};
struct only_block {
    static constexpr int priority = 9;
    static constexpr std::string_view name = "named";
    void on_block(auto&, std::string_view);
};
struct last final {
    void before(auto&) {}
};
struct inherited : only_before {};
struct overloaded {
    static constexpr int priority = -4;
    void before(int&);
    void before(long&, int);
};
struct final_callable final {
    int operator()() const;
};
struct nothing {};
struct hidden {
private:
    void before(auto&);
};

static_assert(sonde::hook<only_before> && sonde::hook<only_after> && sonde::hook<only_error> &&
              sonde::hook<only_block>);
static_assert(sonde::hook<last> && sonde::hook<inherited> && sonde::hook<overloaded>);
static_assert(!sonde::hook<nothing> && !sonde::hook<final_callable> && !sonde::hook<int> && !sonde::hook<void (*)()>);
static_assert(!sonde::hook<std::function<void()>> && !sonde::hook<std::string> && !sonde::hook<only_before*>);
static_assert(std::is_same_v<sonde::hook_impl::hook_type<std::reference_wrapper<last> const&>, last>);
static_assert(std::is_same_v<sonde::hook_impl::hook_type<last&&>, last>);

using sonde::hook_impl::can_block;
using sonde::hook_impl::is_verdict;
using among = sonde::verdict<sonde::proceed, sonde::block>;
static_assert(is_verdict<void>::value && is_verdict<sonde::proceed>::value && is_verdict<sonde::skip<int>>::value);
static_assert(is_verdict<std::optional<among>>::value && is_verdict<std::variant<sonde::skip<>, sonde::block>>::value);
static_assert(!is_verdict<bool>::value && !is_verdict<std::optional<int>>::value && !is_verdict<std::string>::value);
static_assert(!is_verdict<std::variant<sonde::proceed, int>>::value);
static_assert(can_block<sonde::block>::value && can_block<std::optional<among>>::value && can_block<among>::value);
static_assert(!can_block<sonde::proceed>::value && !can_block<std::optional<sonde::skip<int>>>::value);
static_assert(std::is_same_v<decltype(sonde::skip{}), sonde::skip<std::monostate>>);
static_assert(std::is_same_v<decltype(sonde::skip{1}), sonde::skip<int>>);
static_assert(std::is_same_v<decltype(sonde::modify{1, 'c'}), sonde::modify<int, char>>);

using sonde::hook_impl::modifies;
static_assert(modifies<std::tuple<std::string>, std::string_view> && modifies<std::tuple<int>, double>);
static_assert(modifies<std::tuple<std::reference_wrapper<int>>, int&> && modifies<std::tuple<>>);
static_assert(!modifies<std::tuple<int>> && !modifies<std::tuple<std::string>, int> &&
              !modifies<std::tuple<int>, int, int>);

constexpr bool ordered() {
    using sonde::hook_impl::in_order;
    return in_order<only_before, only_block, overloaded, only_after, only_block>() ==
               std::array<std::size_t, 5>{1, 4, 0, 3, 2} &&
           in_order<>() == std::array<std::size_t, 0>{};
}
static_assert(ordered());

struct with_state {
    std::unique_ptr<int> state;
    void before(auto&) {}
};

}  // namespace

TEST_CASE("hooks stand by priority, then as written") { CHECK(ordered()); }

TEST_CASE("a hook has the name it gives itself, else its type's") {
    CHECK(sonde::hook_impl::name_of<only_block>() == "named");
    CHECK(sonde::hook_impl::name_of<only_before>() == "only_before");
}

TEST_CASE("a hook with state is one for all copies, one without takes no room") {
    using sonde::hook_impl::stored;
    STATIC_REQUIRE(std::is_empty_v<stored<only_before>>);
    STATIC_REQUIRE(sizeof(stored<with_state>) == sizeof(void*));
    stored<with_state> const one(std::in_place, with_state{std::make_unique<int>(3)});
    auto const two = one;
    *one.get().state = 4;
    CHECK(*two.get().state == 4);
    with_state own{std::make_unique<int>(5)};
    stored<std::reference_wrapper<with_state>> const reference(std::in_place, std::ref(own));
    CHECK(&reference.get() == &own);
}

TEST_CASE("a policy violation says which rule and why") {
    sonde::policy_violation const with("site", "rule", "reason");
    CHECK(std::string(with.what()) == "site blocked by rule: reason");
    CHECK(with.rule() == "rule");
    CHECK(with.reason() == "reason");
    CHECK(std::string(sonde::policy_violation("site", "rule", "").what()) == "site blocked by rule");
    STATIC_REQUIRE(std::is_base_of_v<sonde::exception, sonde::policy_violation>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<sonde::policy_violation>);
}
