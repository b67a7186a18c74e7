// SPDX-License-Identifier: MIT
// A function or member given as a template argument, as an object without state.
#ifndef SONDE_META_CONSTANT_CALLABLE_HPP
#define SONDE_META_CONSTANT_CALLABLE_HPP

#include <sonde/meta/invoke.hpp>
#include <sonde/meta/signature.hpp>

#include <type_traits>

namespace sonde::meta {

/// What has a name, among all that can be a template argument and be called.
template <class Callable>
concept function_or_member = std::is_member_pointer_v<Callable> ||
                             (std::is_pointer_v<Callable> && std::is_function_v<std::remove_pointer_t<Callable>>);

/// Calls `Function`, which it is and need not keep.
template <auto Function>
struct constant_callable {
    template <class... Arguments>
        requires std::is_invocable_v<decltype(Function), Arguments...>
    [[gnu::always_inline]] constexpr std::invoke_result_t<decltype(Function), Arguments...> operator()(
        Arguments&&... arguments) const noexcept(std::is_nothrow_invocable_v<decltype(Function), Arguments...>) {
        return meta::invoke(Function, static_cast<Arguments&&>(arguments)...);
    }
};

/// The type that says how a callable is called: that of the function which a `constant_callable` is.
template <class Callable>
struct callable_type : std::type_identity<Callable> {};
template <auto Function>
struct callable_type<constant_callable<Function>> : std::type_identity<std::remove_cv_t<decltype(Function)>> {};

template <class Callable>
using callable_signature = signature_of<typename callable_type<Callable>::type>;

template <class Callable>
inline constexpr bool is_member = std::is_member_pointer_v<typename callable_type<Callable>::type>;

}  // namespace sonde::meta

#endif
