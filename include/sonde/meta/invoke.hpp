// SPDX-License-Identifier: MIT
// Calls anything that can be called.
#ifndef SONDE_META_INVOKE_HPP
#define SONDE_META_INVOKE_HPP

#include <concepts>
#include <type_traits>

namespace sonde::meta {

namespace meta_impl {
// The object of a member pointer: given as itself, through a std::reference_wrapper, or through anything to dereference.
template <class Class, class Given>
[[gnu::always_inline]] constexpr decltype(auto) object(Given&& given) noexcept(noexcept(*static_cast<Given&&>(given))) {
    return *static_cast<Given&&>(given);
}
template <class Class, class Given>
    requires std::is_base_of_v<Class, std::remove_cvref_t<Given>>
[[gnu::always_inline]] constexpr Given&& object(Given&& given) noexcept {
    return static_cast<Given&&>(given);
}
template <class Class, class Given>
    requires(!std::is_base_of_v<Class, std::remove_cvref_t<Given>>) && requires(Given&& given) {
        typename std::remove_cvref_t<Given>::type;
        { given.get() } -> std::same_as<typename std::remove_cvref_t<Given>::type&>;
        requires std::is_convertible_v<Given, typename std::remove_cvref_t<Given>::type&>;
    }
[[gnu::always_inline]] constexpr auto& object(Given&& given) noexcept {
    return given.get();
}
}  // namespace meta_impl

/// What `std::invoke` does, without <functional>, which costs 28,000 preprocessed lines with libstdc++ 12. Inlined always,
/// so that a call through it is the call: clang 19 would leave out those with a string among their arguments.
template <class Callable, class... Arguments>
    requires(std::is_invocable_v<Callable, Arguments...> && !std::is_member_pointer_v<std::remove_cvref_t<Callable>>)
[[gnu::always_inline]] constexpr std::invoke_result_t<Callable, Arguments...> invoke(
    Callable&& callable, Arguments&&... arguments) noexcept(std::is_nothrow_invocable_v<Callable, Arguments...>) {
    return static_cast<Callable&&>(callable)(static_cast<Arguments&&>(arguments)...);
}

template <class Member, class Class, class Given, class... Arguments>
    requires std::is_invocable_v<Member Class::*, Given, Arguments...>
[[gnu::always_inline]] constexpr std::invoke_result_t<Member Class::*, Given, Arguments...> invoke(
    Member Class::* member, Given&& given,
    Arguments&&... arguments) noexcept(std::is_nothrow_invocable_v<Member Class::*, Given, Arguments...>) {
    if constexpr (std::is_function_v<Member>) {
        return (meta_impl::object<Class>(static_cast<Given&&>(given)).*member)(static_cast<Arguments&&>(arguments)...);
    } else {
        return meta_impl::object<Class>(static_cast<Given&&>(given)).*member;
    }
}

}  // namespace sonde::meta

#endif
