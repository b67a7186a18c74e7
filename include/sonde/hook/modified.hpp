// SPDX-License-Identifier: MIT
// The arguments of a call that a hook has replaced.
#ifndef SONDE_HOOK_MODIFIED_HPP
#define SONDE_HOOK_MODIFIED_HPP

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::hook_impl {

template <class Given>
concept reference_wrapping = requires(Given const& given) {
    typename Given::type;
    requires std::is_same_v<decltype(given.get()), typename Given::type&>;
};

/// Whether what a hook answers becomes a `Value` by itself: what takes an explicit conversion was hardly meant (5 for a vector
/// is five elements), nor was half a number.
template <class Given, class Value>
concept becomes =
    std::is_convertible_v<Given, Value> && !(std::is_floating_point_v<Given> && std::is_integral_v<Value>);

// In an implicit conversion's place; the cast is for the compiler's warnings.
template <class Value, class Given>
constexpr Value as(Given&& given) noexcept(std::is_nothrow_convertible_v<Given, Value>) {
    if constexpr (std::is_arithmetic_v<Value>) {
        return static_cast<Value>(given);
    } else {
        return static_cast<Given&&>(given);
    }
}

template <class Parameter>
concept refers_to_callers =
    std::is_lvalue_reference_v<Parameter> && !std::is_const_v<std::remove_reference_t<Parameter>>;

/// A new argument for one parameter: an object made from what the hook gave, or the object it referred to.
template <class Parameter, class Given>
class replacement {
    using value = std::remove_cvref_t<Parameter>;

public:
    static constexpr bool possible = becomes<Given, value> && !refers_to_callers<Parameter>;
    static constexpr bool nothrow = std::is_nothrow_convertible_v<Given, value>;
    explicit replacement(Given&& given) : value_(as<value>(static_cast<Given&&>(given))) {}
    std::remove_reference_t<Parameter>* pointer() noexcept { return &value_; }

private:
    value value_;
};
template <class Parameter, reference_wrapping Given>
    requires(std::is_lvalue_reference_v<Parameter> &&
             std::is_convertible_v<typename Given::type*, std::remove_reference_t<Parameter>*>)
class replacement<Parameter, Given> {
public:
    static constexpr bool possible = true;
    static constexpr bool nothrow = true;
    explicit replacement(Given&& given) noexcept : object_(&given.get()) {}
    std::remove_reference_t<Parameter>* pointer() noexcept { return object_; }

private:
    std::remove_reference_t<Parameter>* object_;
};

template <class Given, class... Parameters>
inline constexpr bool modifies = false;
template <class... Given, class... Parameters>
    requires(sizeof...(Given) == sizeof...(Parameters))
inline constexpr bool modifies<std::tuple<Given...>, Parameters...> = (replacement<Parameters, Given>::possible && ...);

template <class Given, class... Parameters>
inline constexpr bool modifies_nothrow = false;
template <class... Given, class... Parameters>
    requires modifies<std::tuple<Given...>, Parameters...>
inline constexpr bool modifies_nothrow<std::tuple<Given...>, Parameters...> =
    (replacement<Parameters, Given>::nothrow && ...);

/// All new arguments of a call. They live until the function has run.
template <class Given, class... Parameters>
class modified;
template <class... Given, class... Parameters>
class modified<std::tuple<Given...>, Parameters...> {
public:
    explicit modified(std::tuple<Given...>& given) : modified(given, std::index_sequence_for<Given...>{}) {}

    /// `visit(pointers...)`, each of the type that the call keeps.
    template <class Visit>
    decltype(auto) with_pointers(Visit&& visit) {
        return std::apply([&](auto&... each) -> decltype(auto) { return visit(each.pointer()...); }, replacements_);
    }

private:
    template <std::size_t... I>
    modified(std::tuple<Given...>& given, std::index_sequence<I...>)
        : replacements_(static_cast<Given&&>(std::get<I>(given))...) {}

    std::tuple<replacement<Parameters, Given>...> replacements_;
};

}  // namespace sonde::hook_impl

#endif
