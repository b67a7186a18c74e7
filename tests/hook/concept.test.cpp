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
#include <vector>

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

// Members that are no part of a hook, whatever their names.
struct data {
    int before = 0;
    static inline std::string after;
};
struct private_data {
    void before(auto&) {}

private:
    std::string name = "own";
};
struct own_name {
    std::string name = "own";
    void before(auto&) {}
};
struct method_name {
    static std::string name() { return "method"; }
    void before(auto&) {}
};
struct callable_data {
    void (*after)(int) = nullptr;
};
struct final_data final {
    int before = 0;
};
// Priorities that can't be read.
enum class urgency { low, high };
struct member_priority : only_before {
    int priority = 3;
};
struct variable_priority : only_before {
    static inline int priority = 3;
};
struct enum_priority : only_before {
    static constexpr auto priority = urgency::high;
};
struct text_priority : only_before {
    static constexpr auto priority = "high";
};
struct method_priority : only_before {
    static constexpr int priority() { return 3; }
};
class private_priority : public only_before {
    [[maybe_unused]] static constexpr int priority = 3;
};
struct enumerator_priority : only_before {
    enum { priority = 7 };
};
struct final_priority final {
    static constexpr short priority = 5;
    void before(auto&) {}
};

static_assert(!sonde::hook<data> && !sonde::hook<final_data> && sonde::hook<callable_data>);
static_assert(sonde::hook_impl::names_after<callable_data> && !sonde::hook_impl::names_after<data>);
using sonde::hook_impl::has_priority;
static_assert(!has_priority<member_priority> && !has_priority<variable_priority> && !has_priority<enum_priority>);
static_assert(!has_priority<text_priority> && !has_priority<method_priority> && !has_priority<private_priority>);
static_assert(has_priority<only_before> && has_priority<only_block> && has_priority<enumerator_priority>);
static_assert(sonde::hook_impl::priority_of<enumerator_priority>() == 7);
static_assert(has_priority<final_priority> && sonde::hook_impl::priority_of<final_priority>() == 5);

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
// Only what converts by itself, and whole: 3 is no vector, -1.5 no unsigned, 7 nobody's variable.
static_assert(!modifies<std::tuple<int>, std::vector<int> const&> && !modifies<std::tuple<double>, unsigned>);
static_assert(!modifies<std::tuple<int>, int&> && modifies<std::tuple<int>, int const&>);
static_assert(modifies<std::tuple<int>, unsigned> && modifies<std::tuple<int>, int&&>);
static_assert(modifies<std::tuple<char const*>, std::string> && modifies<std::tuple<double>, float>);
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
    CHECK(sonde::hook_impl::name_of<own_name>() == "own_name");  // not the object's, which the type doesn't know
    CHECK(sonde::hook_impl::name_of<private_data>() == "private_data");
    CHECK(sonde::hook_impl::name_of<method_name>() == "method_name");
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
