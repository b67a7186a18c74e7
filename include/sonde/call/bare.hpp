// SPDX-License-Identifier: MIT
// What a decorated callable is where nothing is recorded and no hook guards it: the callable itself.
#ifndef SONDE_CALL_BARE_HPP
#define SONDE_CALL_BARE_HPP

#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/invoke.hpp>
#include <sonde/meta/signature.hpp>

#include <type_traits>
#include <utility>

namespace sonde::call_impl {

template <class Callable>
concept function_pointer = std::is_pointer_v<Callable> && std::is_function_v<std::remove_pointer_t<Callable>>;

/// What can stand for itself: a class to be derived from, a function pointer, and a member pointer, which only forwards.
/// Taking arguments as the callable does and handing them on instead would cost the move of each that is taken by value,
/// where the bare call makes it in its place.
template <class Callable>
concept stands_for_itself = (std::is_class_v<Callable> && !std::is_final_v<Callable>) || meta::is_member<Callable> ||
                            function_pointer<typename meta::callable_type<Callable>::type>;

// What forwards deduces, and deduces nothing from `{...}`: then the parameters' own types are needed. The call operator
// here is the worse match wherever both will do, because it is volatile; no object is.
template <class Derived, class Member, class Signature>
class braced_arguments {
public:
    void operator()() const volatile = delete;
};
template <class Derived, class Member, meta::qualifier Qualifier, class Result, class... P>
class braced_arguments<Derived, Member, meta::signature<Qualifier, Result, P...>> {
public:
    template <class Object>
        requires std::is_invocable_v<Member const&, Object, P...>
    constexpr Result operator()(Object&& object, P... arguments) const
        volatile noexcept(std::is_nothrow_invocable_v<Member const&, Object, P...>) {
        return static_cast<Derived const&>(const_cast<braced_arguments const&>(*this))(static_cast<Object&&>(object),
                                                                                       static_cast<P&&>(arguments)...);
    }
};

/// Of a class: derived from it, with the call operators it has.
template <class Callable>
class [[maybe_unused]] bare : public Callable {
public:
    template <class Given>
    constexpr explicit bare(std::in_place_t, Given&& given) : Callable(static_cast<Given&&>(given)) {}
};

/// Of a function pointer: a call converts to it.
template <function_pointer Function>
class [[maybe_unused]] bare<Function> {
public:
    constexpr explicit bare(std::in_place_t, Function function) noexcept : function_(function) {}
    constexpr operator Function() const noexcept { return function_; }

private:
    Function function_;
};

template <auto Function>
    requires function_pointer<std::remove_cv_t<decltype(Function)>>
class [[maybe_unused]] bare<meta::constant_callable<Function>> {
public:
    constexpr explicit bare(std::in_place_t, meta::constant_callable<Function>) noexcept {}
    constexpr operator std::remove_cv_t<decltype(Function)>() const noexcept { return Function; }
};

/// Of a member pointer: arguments go straight to the member. Always inlined: clang 19 would not, where one is a string.
template <class Member>
    requires meta::is_member<Member>
class [[maybe_unused]] bare<Member> : public braced_arguments<bare<Member>, Member, meta::callable_signature<Member>> {
public:
    constexpr explicit bare(std::in_place_t, Member const& member) noexcept : member_(member) {}

    using braced_arguments<bare<Member>, Member, meta::callable_signature<Member>>::operator();
    template <class Object, class... A>
        requires std::is_invocable_v<Member const&, Object, A...>
    [[gnu::always_inline]] constexpr std::invoke_result_t<Member const&, Object, A...> operator()(
        Object&& object, A&&... arguments) const noexcept(std::is_nothrow_invocable_v<Member const&, Object, A...>) {
        return meta::invoke(member_, static_cast<Object&&>(object), static_cast<A&&>(arguments)...);
    }

private:
    [[no_unique_address]] Member member_;
};

}  // namespace sonde::call_impl

#endif
