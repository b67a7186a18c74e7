// SPDX-License-Identifier: MIT
// Says with the call which span is its parent, instead of the calling thread's current one.
#ifndef SONDE_CONTEXT_MONITORED_IN_HPP
#define SONDE_CONTEXT_MONITORED_IN_HPP

#include <sonde/context/bind_context.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/meta/inert.hpp>

#include <type_traits>
#include <utility>

namespace sonde {

/// What `monitored_in(from)` gives: calls a callable in a context, or binds one to it.
/// *Thread safety*: any.
class [[nodiscard]] in_context {
public:
    constexpr explicit in_context(sonde::context where) noexcept : context_(std::move(where)) {}

    /// The result of `callable(arguments...)`, called in the context.
    template <class Callable, class... A>
        requires std::is_invocable_v<Callable, A...>
    constexpr std::invoke_result_t<Callable, A...> operator()(Callable&& callable, A&&... arguments) const
        noexcept(std::is_nothrow_invocable_v<Callable, A...>) {
        return context_impl::invoke_in(context_, static_cast<Callable&&>(callable), static_cast<A&&>(arguments)...);
    }

    /// `callable`, bound to the context.
    template <class Callable>
    [[nodiscard]] friend constexpr auto operator|(Callable&& callable, in_context const& right) {
        return bind_context(right.context_, static_cast<Callable&&>(callable));
    }

    [[nodiscard]] constexpr sonde::context const& context() const noexcept { return context_; }

private:
    sonde::context context_;
};

/// The explicit handle: `from`, a `context_source`, says where a call belongs, whatever the calling thread's context is.
///   `monitored_in(from)(search, "query")`  calls `search` with the span of `from` as its parent;
///   `search | monitored_in(from)`          is a callable that always runs there, as `bind_context(from, search)`;
///   `monitored_in(from, search)`           the same.
/// A decorated coroutine takes its parent when it is called, so that this holds for coroutines of every type, wherever they
/// are resumed. Of a span the context is taken at once: it stays good after the span has ended.
/// *Errors*: calling throws what the callable throws. *Thread safety*: any.
/// *Example*: docs/examples/threads.cpp
template <class Source>
[[nodiscard]] constexpr auto monitored_in(Source const& from) {
    if constexpr (context_impl::check_source<Source>()) {
        return in_context(context_impl::context_of(from));
    } else {
        return meta::inert{};
    }
}
template <class Source, class Callable>
[[nodiscard]] constexpr auto monitored_in(Source const& from, Callable&& callable) {
    return bind_context(from, static_cast<Callable&&>(callable));
}

}  // namespace sonde

#endif
