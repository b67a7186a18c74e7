// SPDX-License-Identifier: MIT
// Which call operator a decorated callable has: what its callers give, and what it gives to the callable besides.
#ifndef SONDE_CALL_OPERATOR_OF_HPP
#define SONDE_CALL_OPERATOR_OF_HPP

#include <sonde/async/traits.hpp>
#include <sonde/call/call_operator.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/signature.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

class span_handle;

namespace call_impl {

// With a site that takes its span, the signature of the callable less its first parameter is that of its callers.
template <bool WithSpan, class Signature>
struct callers_signature : std::type_identity<Signature> {};
template <meta::qualifier Qualifier, class Result, class Span, class... P>
struct callers_signature<true, meta::signature<Qualifier, Result, Span, P...>>
    : std::type_identity<meta::signature<Qualifier, Result, P...>> {};
template <meta::qualifier Qualifier, class Result, class Context, class Span, class... P>
    requires context_impl::is_context<std::remove_cvref_t<Context>>
struct callers_signature<true, meta::signature<Qualifier, Result, Context, Span, P...>>
    : std::type_identity<meta::signature<Qualifier, Result, Context, P...>> {};

// A coroutine whose first parameter is its context gets its own call's. Callers may give the one to be within, or none.
template <class Signature>
struct context_first {
    static constexpr bool value = false;
};
template <meta::qualifier Qualifier, class Result, class First, class... P>
    requires(context_impl::is_context<std::remove_cvref_t<First>> &&
             async_kind_of<Result, First, P...> != async_kind::plain)
struct context_first<meta::signature<Qualifier, Result, First, P...>> {
    static constexpr bool value = true;
    using without = meta::signature<Qualifier, Result, P...>;
};
template <class... P>
inline constexpr bool first_is_context = false;
template <class First, class... P>
inline constexpr bool first_is_context<First, P...> = context_impl::is_context<std::remove_cvref_t<First>>;

// Called with and without it.
template <class With, class Without>
class either_operator : public With, public Without {
public:
    using With::operator();
    using Without::operator();
};

// A callable that asks for a span_handle by name gets one, empty, where nothing is recorded too.
template <class Signature>
inline constexpr bool takes_span_handle = false;
template <meta::qualifier Qualifier, class Result, class Span, class... P>
inline constexpr bool takes_span_handle<meta::signature<Qualifier, Result, Span, P...>> =
    std::is_same_v<std::remove_cvref_t<Span>, span_handle>;

// Whether a class can be called without its last argument. Only then is there an operator that takes fewer: one more that
// doesn't match is ten more lines in the compiler's message about a call with wrong arguments.
template <class Object, class... P, std::size_t... I>
constexpr bool takes_first(std::index_sequence<I...>) noexcept {
    return requires(Object&& object) {
        static_cast<Object&&>(object)(std::declval<std::tuple_element_t<I, std::tuple<P...>>>()...);
    };
}
template <class Callable, class Signature>
inline constexpr bool has_defaults = false;
template <class Callable, meta::qualifier Qualifier, class Result, class First, class... Rest>
    requires std::is_class_v<Callable>
inline constexpr bool has_defaults<Callable, meta::signature<Qualifier, Result, First, Rest...>> =
    takes_first<std::conditional_t<(Qualifier >= meta::qualifier::rvalue), Callable, Callable&>, First, Rest...>(
        std::make_index_sequence<sizeof...(Rest)>{});

template <class Derived, class Callable, class Signature>
using operator_for =
    std::conditional_t<meta::is_member<Callable>, member_operator<Derived, Signature>,
                       std::conditional_t<has_defaults<Callable, meta::callable_signature<Callable>>,
                                          defaults_operator<Derived, Signature>, call_operator<Derived, Signature>>>;
template <class Derived, class Callable, class Signature>
struct operator_with_context : std::type_identity<operator_for<Derived, Callable, Signature>> {};
template <class Derived, class Callable, class Signature>
    requires context_first<Signature>::value
struct operator_with_context<Derived, Callable, Signature>
    : std::type_identity<either_operator<operator_for<Derived, Callable, Signature>,
                                         operator_for<Derived, Callable, typename context_first<Signature>::without>>> {
};
template <class Derived, class Site, class Callable>
struct operator_with
    : operator_with_context<Derived, Callable,
                            typename callers_signature<Site::with_span, meta::callable_signature<Callable>>::type> {};
template <class Derived, class Site, class Callable>
    requires Site::inline_await
struct operator_with<Derived, Site, Callable>
    : std::type_identity<
          inline_operator<Derived, meta::is_member<Callable>,
                          typename callers_signature<Site::with_span, meta::callable_signature<Callable>>::type>> {};
template <class Derived, class Site, class Callable>
using operator_of = typename operator_with<Derived, Site, Callable>::type;

}  // namespace call_impl

}  // namespace sonde

#endif
