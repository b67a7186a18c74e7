// SPDX-License-Identifier: MIT
// The one signature of a callable that has just one: parameters, result, and what it asks of the object it is called on.
#ifndef SONDE_META_SIGNATURE_HPP
#define SONDE_META_SIGNATURE_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace sonde::meta {

/// How a call operator is qualified.
enum class qualifier : std::uint8_t { none, constant, lvalue, constant_lvalue, rvalue, constant_rvalue };

template <qualifier Qualifier, class Result, class... Parameters>
struct signature {
    static constexpr std::size_t arity = sizeof...(Parameters);
};

/// What a callable has that is overloaded, generic, variadic, or no callable: not one signature.
struct no_signature {};

namespace meta_impl {
template <class Member>
struct of_member {
    using type = no_signature;
};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...)> : std::type_identity<signature<qualifier::none, R, P...>> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const> : std::type_identity<signature<qualifier::constant, R, P...>> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...)&> : std::type_identity<signature<qualifier::lvalue, R, P...>> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const&> : std::type_identity<signature<qualifier::constant_lvalue, R, P...>> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) &&> : std::type_identity<signature<qualifier::rvalue, R, P...>> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const&&> : std::type_identity<signature<qualifier::constant_rvalue, R, P...>> {};
// `noexcept` is part of the type, and no matter here: whether a call may throw is asked of the call.
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) noexcept> : of_member<R (C::*)(P...)> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const noexcept> : of_member<R (C::*)(P...) const> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) & noexcept> : of_member<R (C::*)(P...)&> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const & noexcept> : of_member<R (C::*)(P...) const&> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) && noexcept> : of_member<R (C::*)(P...) &&> {};
template <class R, class C, class... P>
struct of_member<R (C::*)(P...) const && noexcept> : of_member<R (C::*)(P...) const&&> {};

template <class Callable>
struct of_callable : of_member<Callable> {};  // a member function pointer; its class is an argument of its own
template <class R, class... P>
struct of_callable<R (*)(P...)> : std::type_identity<signature<qualifier::constant, R, P...>> {};
template <class R, class... P>
struct of_callable<R (*)(P...) noexcept> : std::type_identity<signature<qualifier::constant, R, P...>> {};
template <class Callable>
    requires std::is_class_v<Callable> && requires { &Callable::operator(); }
struct of_callable<Callable> : of_member<decltype(&Callable::operator())> {};
}  // namespace meta_impl

/// `signature<...>` of a function pointer, a member function pointer, or a class with one call operator that is no
/// template; else `no_signature`.
template <class Callable>
using signature_of = typename meta_impl::of_callable<Callable>::type;

}  // namespace sonde::meta

#endif
