// SPDX-License-Identifier: MIT
// What a hook answers before a call: proceed, block, skip or modify; or one that decides among them at run time.
#ifndef SONDE_HOOK_VERDICT_HPP
#define SONDE_HOOK_VERDICT_HPP

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde {

/// The call goes on. Answering nothing (`void`) says the same.
struct proceed {};

/// The function doesn't run: the caller gets a `policy_violation` with this reason, and the event's status is `blocked`.
struct block {
    std::string reason = {};
};

/// The function doesn't run: `value`, implicitly converted, is the result. A call that returns void is skipped with `skip{}`.
template <class Value = std::monostate>
struct skip {
    Value value = {};
};
skip() -> skip<>;
template <class Value>
skip(Value) -> skip<Value>;

/// The call goes on with these arguments, all of them, each implicitly convertible to its parameter. For a parameter that is a
/// non-const reference, `std::ref` names the object to be used instead.
template <class... Arguments>
struct modify {
    constexpr modify(Arguments... given) : arguments(static_cast<Arguments&&>(given)...) {}  // implicit: modify{a, b}
    std::tuple<Arguments...> arguments;
};

/// One of several verdicts, decided at run time: `sonde::verdict<sonde::proceed, sonde::block>`. With no argument given,
/// the first.
template <class... Verdicts>
struct verdict : std::variant<Verdicts...> {
    using std::variant<Verdicts...>::variant;
};

namespace hook_impl {
template <class Answer>
inline constexpr bool is_skip = false;
template <class Value>
inline constexpr bool is_skip<skip<Value>> = true;

template <class Answer>
inline constexpr bool is_modify = false;
template <class... Arguments>
inline constexpr bool is_modify<modify<Arguments...>> = true;

template <class Answer>
struct is_verdict : std::bool_constant<std::is_void_v<Answer> || std::is_same_v<Answer, proceed> ||
                                       std::is_same_v<Answer, block> || is_skip<Answer> || is_modify<Answer>> {};
template <class Answer>
struct is_verdict<std::optional<Answer>> : is_verdict<Answer> {};
template <class... Verdicts>
struct is_verdict<std::variant<Verdicts...>> : std::bool_constant<(is_verdict<Verdicts>::value && ...)> {};
template <class... Verdicts>
struct is_verdict<verdict<Verdicts...>> : is_verdict<std::variant<Verdicts...>> {};

template <class Answer>
struct can_block : std::is_same<Answer, block> {};
template <class Answer>
struct can_block<std::optional<Answer>> : can_block<Answer> {};
template <class... Verdicts>
struct can_block<std::variant<Verdicts...>> : std::bool_constant<(can_block<Verdicts>::value || ...)> {};
template <class... Verdicts>
struct can_block<verdict<Verdicts...>> : can_block<std::variant<Verdicts...>> {};

// The std::variant that an answer among several is, or is derived from.
template <class... Verdicts>
constexpr std::variant<Verdicts...>& as_variant(std::variant<Verdicts...>& among) noexcept {
    return among;
}
template <class Answer>
inline constexpr auto alternatives_of =
    std::variant_size_v<std::remove_reference_t<decltype(as_variant(std::declval<Answer&>()))>>;
}  // namespace hook_impl

}  // namespace sonde

#endif
