// SPDX-License-Identifier: MIT
// A callable that runs in the context it was bound to, whichever thread calls it.
#ifndef SONDE_CONTEXT_BIND_CONTEXT_HPP
#define SONDE_CONTEXT_BIND_CONTEXT_HPP

#include <sonde/context/propagation.hpp>
#include <sonde/meta/callable.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/meta/invoke.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace sonde {

/// What says where work belongs: a context, or what has one: a span's handle, a span or run opened by hand.
template <class Type>
concept context_source = std::same_as<std::remove_cvref_t<Type>, context> || requires(Type const& from) {
    { from.context() } -> std::convertible_to<context>;
};

namespace context_impl {

template <class Source>
constexpr bool check_source() {
    if constexpr (!context_source<Source>) {
        static_assert(
            meta::never<Source>,
            "sonde: this argument is not a context: it is no sonde::context, and has no member context() that "
            "gives one. Pass current_context(), or an open span or run. See docs/errors.md#context");
    }
    return context_source<Source>;
}

template <context_source Source>
constexpr context context_of(Source const& source) noexcept {
    if constexpr (std::same_as<Source, context>) {
        return source;
    } else {
        return source.context();
    }
}

// While a constant is computed there are no threads, and no context.
constexpr context current_or_none() noexcept { return std::is_constant_evaluated() ? context() : current_context(); }

template <class Callable, class... Arguments>
constexpr std::invoke_result_t<Callable, Arguments...> invoke_in(
    context const& where, Callable&& callable,
    Arguments&&... arguments) noexcept(std::is_nothrow_invocable_v<Callable, Arguments...>) {
    if (std::is_constant_evaluated()) {
        return meta::invoke(static_cast<Callable&&>(callable), static_cast<Arguments&&>(arguments)...);
    }
    return with_context(where, [&]() -> std::invoke_result_t<Callable, Arguments...> {
        return meta::invoke(static_cast<Callable&&>(callable), static_cast<Arguments&&>(arguments)...);
    });
}

}  // namespace context_impl

/// What `bind_context` makes: `Callable`, and the context it runs in. It can be called as `Callable` can, const or not, as an
/// lvalue or an rvalue, and is copied, moved and assigned where `Callable` is. Moved from, it keeps its context.
/// *Thread safety*: that of `Callable`.
template <class Callable>
class context_bound {
public:
    template <class Given>
    constexpr context_bound(std::in_place_t, sonde::context where,
                            Given&& callable) noexcept(std::is_nothrow_constructible_v<Callable, Given>)
        : context_(std::move(where)), callable_(static_cast<Given&&>(callable)) {}

    template <class... A>
        requires std::is_invocable_v<Callable&, A...>
    constexpr std::invoke_result_t<Callable&, A...> operator()(A&&... arguments) & noexcept(
        std::is_nothrow_invocable_v<Callable&, A...>) {
        return context_impl::invoke_in(context_, callable_, static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires std::is_invocable_v<Callable const&, A...>
    constexpr std::invoke_result_t<Callable const&, A...> operator()(A&&... arguments) const& noexcept(
        std::is_nothrow_invocable_v<Callable const&, A...>) {
        return context_impl::invoke_in(context_, callable_, static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires std::is_invocable_v<Callable, A...>
    constexpr std::invoke_result_t<Callable, A...> operator()(A&&... arguments) && noexcept(
        std::is_nothrow_invocable_v<Callable, A...>) {
        return context_impl::invoke_in(context_, static_cast<Callable&&>(callable_), static_cast<A&&>(arguments)...);
    }
    template <class... A>
        requires std::is_invocable_v<Callable const, A...>
    constexpr std::invoke_result_t<Callable const, A...> operator()(A&&... arguments) const&& noexcept(
        std::is_nothrow_invocable_v<Callable const, A...>) {
        return context_impl::invoke_in(context_, static_cast<Callable const&&>(callable_),
                                       static_cast<A&&>(arguments)...);
    }

    // Where the callable can't be called so, another of the operators must not step in.
    template <class... A>
        requires(!std::is_invocable_v<Callable&, A...>)
    void operator()(A&&...) & = delete;
    template <class... A>
        requires(!std::is_invocable_v<Callable, A...>)
    void operator()(A&&...) && = delete;
    template <class... A>
        requires(!std::is_invocable_v<Callable const, A...>)
    void operator()(A&&...) const&& = delete;

    /// Where it runs.
    [[nodiscard]] constexpr sonde::context const& context() const noexcept { return context_; }

private:
    sonde::context context_;
    [[no_unique_address]] Callable callable_;
};

/// A callable that runs `callable` in a context, on whichever thread it is called: for std::thread, std::async, pools and
/// callbacks. Calls, spans and events within have the context's span as their parent and belong to its run; afterwards the
/// calling thread has its own context again.
///   `bind_context(callable)`        in the context that this thread has now; if it has none, in none;
///   `bind_context(from, callable)`  in that of `from`, a `context_source`.
/// It takes what `callable` takes and gives its result, references included. `callable` is anything `std::invoke` takes; it
/// is moved or copied in. A coroutine that isn't decorated has only its call in the context, up to its first suspension if
/// it starts at once; a decorated one takes its parent at the call.
/// *Errors*: calling throws what `callable` throws. *Units and bounds*: allocates nothing; a call within a run costs two
/// atomic operations. *Thread safety*: that of `callable`.
/// *Example*: docs/examples/threads.cpp
template <class Source, class Callable>
[[nodiscard]] constexpr auto bind_context(Source const& from, Callable&& callable) {
    using held = std::decay_t<Callable>;
    if constexpr (!context_impl::check_source<Source>() || meta::is_inert<Callable>) {
        return meta::inert{};
    } else if constexpr (!meta::callable<held>) {
        static_assert(meta::never<Callable>,
                      "sonde: this argument is not a callable: it is no function, no member pointer and has no call "
                      "operator. Give the function itself, behind the context. See docs/errors.md#callable");
        return meta::inert{};
    } else {
        return context_bound<held>(std::in_place, context_impl::context_of(from), static_cast<Callable&&>(callable));
    }
}
template <class Callable>
[[nodiscard]] constexpr auto bind_context(Callable&& callable) {
    return bind_context(context_impl::current_or_none(), static_cast<Callable&&>(callable));
}

}  // namespace sonde

#endif
