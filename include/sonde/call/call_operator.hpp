// SPDX-License-Identifier: MIT
// The call operator of a decorated callable: with the callable's own signature where it has just one, with whatever it
// takes where it is overloaded or generic.
#ifndef SONDE_CALL_CALL_OPERATOR_HPP
#define SONDE_CALL_CALL_OPERATOR_HPP

#include <sonde/context/propagation.hpp>
#include <sonde/meta/signature.hpp>

#include <cstddef>
#include <type_traits>

namespace sonde::call_impl {

// A call operator with the callable's own parameters converts arguments where the bare call would, takes braced lists,
// and is one instantiation a site instead of one for each combination of argument types. `Derived` provides, for the ways
// `Self` it can be called on: `can<Self, P...>`, `nothrow<Self, P...>`, `invoked<Self, P...>` and
// `call<P...>(self, arguments...)`.
template <class Derived, class Signature>
class call_operator;

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::none, Result, P...>> {
    using self = Derived&;

public:
    constexpr Result operator()(P... arguments) noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::constant, Result, P...>> {
    using self = Derived const&;

public:
    constexpr Result operator()(P... arguments) const noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::lvalue, Result, P...>> {
    using self = Derived&;

public:
    constexpr Result operator()(P... arguments) & noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::constant_lvalue, Result, P...>> {
    using self = Derived const&;

public:
    constexpr Result operator()(P... arguments) const& noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::rvalue, Result, P...>> {
    using self = Derived&&;

public:
    constexpr Result operator()(P... arguments) && noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class call_operator<Derived, meta::signature<meta::qualifier::constant_rvalue, Result, P...>> {
    using self = Derived const&&;

public:
    constexpr Result operator()(P... arguments) const&& noexcept(Derived::template nothrow<self, P...>)
        requires(Derived::template can<self, P...>)
    {
        return Derived::template call<P...>(static_cast<self>(*this), static_cast<P&&>(arguments)...);
    }
};

/// Of a callable that has default arguments: fewer may be given.
template <class Derived, class Signature>
class defaults_operator : public call_operator<Derived, meta::no_signature> {};

template <class Derived, class Result, class... P>
class defaults_operator<Derived, meta::signature<meta::qualifier::none, Result, P...>>
    : public call_operator<Derived, meta::signature<meta::qualifier::none, Result, P...>> {
    using exact = call_operator<Derived, meta::signature<meta::qualifier::none, Result, P...>>;
    using self = Derived&;

public:
    using exact::operator();
    template <class... Fewer>
        requires(sizeof...(Fewer) < sizeof...(P) && Derived::template can<self, Fewer...>)
    constexpr Result operator()(Fewer&&... arguments) noexcept(Derived::template nothrow<self, Fewer...>) {
        return Derived::template call<Fewer&&...>(static_cast<self>(*this), static_cast<Fewer&&>(arguments)...);
    }
};

template <class Derived, class Result, class... P>
class defaults_operator<Derived, meta::signature<meta::qualifier::constant, Result, P...>>
    : public call_operator<Derived, meta::signature<meta::qualifier::constant, Result, P...>> {
    using exact = call_operator<Derived, meta::signature<meta::qualifier::constant, Result, P...>>;
    using self = Derived const&;

public:
    using exact::operator();
    template <class... Fewer>
        requires(sizeof...(Fewer) < sizeof...(P) && Derived::template can<self, Fewer...>)
    constexpr Result operator()(Fewer&&... arguments) const noexcept(Derived::template nothrow<self, Fewer...>) {
        return Derived::template call<Fewer&&...>(static_cast<self>(*this), static_cast<Fewer&&>(arguments)...);
    }
};

// Has the result's type where there is one, without looking into the call for it.
template <class Self, class... A>
struct answer : std::remove_cvref_t<Self>::template invoked<Self, A...> {};
template <class Derived, class Object, class... A>
struct answer_on : Derived::template invoked_on<Object, A...> {};

// Inlined always, since they only hand on: clang 19 would leave out those with a string among their arguments. Where the
// callable can't be called, its const call operator must not step in: hence the deleted ones.
template <class Derived>
class call_operator<Derived, meta::no_signature> {
public:
    template <class... A>
        requires(Derived::template can<Derived&, A...>)
    [[gnu::always_inline]] constexpr typename answer<Derived&, A...>::type operator()(A&&... arguments) & noexcept(
        Derived::template nothrow<Derived&, A...>) {
        return Derived::template call<A&&...>(static_cast<Derived&>(*this), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires(!Derived::template can<Derived&, A...>)
    void operator()(A&&...) & = delete;
    template <class... A>
        requires(Derived::template can<Derived const&, A...>)
    [[gnu::always_inline]] constexpr typename answer<Derived const&, A...>::type operator()(
        A&&... arguments) const& noexcept(Derived::template nothrow<Derived const&, A...>) {
        return Derived::template call<A&&...>(static_cast<Derived const&>(*this), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires(Derived::template can<Derived &&, A...>)
    [[gnu::always_inline]] constexpr typename answer<Derived&&, A...>::type operator()(A&&... arguments) && noexcept(
        Derived::template nothrow<Derived&&, A...>) {
        return Derived::template call<A&&...>(static_cast<Derived&&>(*this), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires(!Derived::template can<Derived &&, A...>)
    void operator()(A&&...) && = delete;
    template <class... A>
        requires(Derived::template can<Derived const &&, A...>)
    [[gnu::always_inline]] constexpr typename answer<Derived const&&, A...>::type operator()(
        A&&... arguments) const&& noexcept(Derived::template nothrow<Derived const&&, A...>) {
        return Derived::template call<A&&...>(static_cast<Derived const&&>(*this), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires(!Derived::template can<Derived const &&, A...>)
    void operator()(A&&...) const&& = delete;
};

/// Of a member pointer, the object comes first; it is no argument of the call.
template <class Derived, class Signature>
class member_operator;

template <class Derived, meta::qualifier Qualifier, class Result, class... P>
class member_operator<Derived, meta::signature<Qualifier, Result, P...>> {
public:
    template <class Object>
        requires(Derived::template can_on<Object, P...>)
    constexpr Result operator()(Object&& object, P... arguments) const
        noexcept(Derived::template nothrow_on<Object, P...>) {
        return Derived::template call_on<P...>(static_cast<Derived const&>(*this), static_cast<Object&&>(object),
                                               static_cast<P&&>(arguments)...);
    }
};

template <class Derived>
class member_operator<Derived, meta::no_signature> {
public:
    template <class Object, class... A>
        requires(Derived::template can_on<Object, A...>)
    constexpr typename answer_on<Derived, Object, A...>::type operator()(Object&& object, A&&... arguments) const
        noexcept(Derived::template nothrow_on<Object, A...>) {
        return Derived::template call_on<A&&...>(static_cast<Derived const&>(*this), static_cast<Object&&>(object),
                                                 static_cast<A&&>(arguments)...);
    }
};

/// Of a site whose calls are awaited in place: what they answer follows from the call.
template <class Derived, bool IsMember, class Signature>
class inline_operator {
public:
    template <class... A>
        requires(Derived::template can<Derived&, A...>)
    auto operator()(A&&... arguments) & {
        return Derived::template call<A&&...>(static_cast<Derived&>(*this), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires(Derived::template can<Derived const&, A...>)
    auto operator()(A&&... arguments) const& {
        return Derived::template call<A&&...>(static_cast<Derived const&>(*this), static_cast<A&&>(arguments)...);
    }
};
template <class Derived, meta::qualifier Qualifier, class Result, class... P>
class inline_operator<Derived, false, meta::signature<Qualifier, Result, P...>> {
public:
    auto operator()(P... arguments) &
        requires(Derived::template can<Derived&, P...>) {
            return Derived::template call<P...>(static_cast<Derived&>(*this), static_cast<P&&>(arguments)...);
        } auto operator()(P... arguments) const&
            requires(Derived::template can<Derived const&, P...>)
    {
        return Derived::template call<P...>(static_cast<Derived const&>(*this), static_cast<P&&>(arguments)...);
    }
};
template <class Derived, meta::qualifier Qualifier, class Result, class Context, class... P>
    requires(context_impl::is_context<std::remove_cvref_t<Context>>)
class inline_operator<Derived, false, meta::signature<Qualifier, Result, Context, P...>> {
public:
    auto operator()(P... arguments) const
        requires(Derived::template can<Derived const&, P...>)
    {
        return Derived::template call<P...>(static_cast<Derived const&>(*this), static_cast<P&&>(arguments)...);
    }
    auto operator()(Context given, P... arguments) const
        requires(Derived::template can<Derived const&, Context, P...>)
    {
        return Derived::template call<Context, P...>(static_cast<Derived const&>(*this), static_cast<Context&&>(given),
                                                     static_cast<P&&>(arguments)...);
    }
};
template <class Derived, meta::qualifier Qualifier, class Result, class... P>
class inline_operator<Derived, true, meta::signature<Qualifier, Result, P...>> {
public:
    template <class Object>
        requires(Derived::template can_on<Object, P...>)
    auto operator()(Object&& object, P... arguments) const {
        return Derived::template call_on<P...>(static_cast<Derived const&>(*this), static_cast<Object&&>(object),
                                               static_cast<P&&>(arguments)...);
    }
};

}  // namespace sonde::call_impl

#endif
