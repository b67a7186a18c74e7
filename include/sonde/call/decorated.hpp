// SPDX-License-Identifier: MIT
// A decorated callable: what is called in the place of the callable, and calls it.
#ifndef SONDE_CALL_DECORATED_HPP
#define SONDE_CALL_DECORATED_HPP

#include <sonde/async/traits.hpp>
#include <sonde/call/bound_member.hpp>
#include <sonde/call/chain.hpp>
#include <sonde/call/leaves_open.hpp>
#include <sonde/call/no_span.hpp>
#include <sonde/call/operator_of.hpp>
#include <sonde/call/plain_call.hpp>
#include <sonde/call/unrecorded_frame.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/meta/invoke.hpp>
#include <sonde/meta/signature.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

template <class Sink>
class recorder;
class span_handle;
template <class Site, class State, class Task, bool TakesContext, class... P>
class inline_awaited;

namespace call_impl {

template <class Recorder>
class call_frame;
template <class Recorder>
class async_frame;
template <class Frame, class Recorder, class Callee, class... Hooks>
struct async_state;
template <class Site, class State, class Task, bool TakesContext, class... P>
struct async_body;
template <async_kind Kind, class Site, class State, class Task, bool TakesContext, class... P>
struct stream_body;
template <class Recorder>
class watched_frame;

// The clock of calls that only hooks see. Clocks are not read for those that see just how a call begins.
template <class... Hooks>
struct clock_for : std::type_identity<no_clock> {};
template <class... Hooks>
    requires(hook_impl::sees_end<hook_impl::hook_type<Hooks>> || ...)
struct clock_for<Hooks...> : std::type_identity<monotonic_clock> {};

template <class... Hooks>
constexpr bool check_clock() noexcept {
    constexpr bool complete = requires { sizeof(typename clock_for<Hooks...>::type); };
    static_assert(
        complete,
        "sonde: sonde::monotonic_clock is not a complete type: a hook sees how the call ended, for which calls "
        "are timed. Include <sonde/time/clock.hpp>, or <sonde/sonde.hpp>. See docs/errors.md#clock-missing");
    return complete;
}

template <class Body>
constexpr bool check_body() noexcept {
    constexpr bool complete = requires { sizeof(Body); };
    static_assert(
        complete,
        "sonde: sonde::call_impl::async_body is not a complete type: a hook guards what answers a coroutine, and "
        "waits for it. Include <sonde/call/stream_body.hpp>, or <sonde/sonde.hpp>. See "
        "docs/errors.md#coroutine-missing");
    return complete;
}

// What takes all and keeps nothing may be one object for all: a coroutine refers to it as long as it lives.
template <class Span>
inline Span unrecorded_span{};

}  // namespace call_impl

/// What `monitored<>` returns where a sink records or hooks guard. Callable as the callable is: same arguments, same
/// result, same exceptions; copyable when it is. Copies share the state of their hooks. It may outlive its monitor.
/// `Recorder` is void where nothing is recorded.
/// *Thread safety*: as the callable's.
template <class Site, class Recorder, class Callable, class... Hooks>
class decorated : public call_impl::operator_of<decorated<Site, Recorder, Callable, Hooks...>, Site, Callable> {
    static constexpr bool records = !std::is_void_v<Recorder>;
    static constexpr bool guarded = sizeof...(Hooks) != 0;

    struct nothing {};
    using reporter = std::conditional_t<records, shared<Recorder>, nothing>;
    using hooks = std::tuple<hook_impl::stored<Hooks>...>;
    using span = std::conditional_t<records || call_impl::takes_span_handle<meta::callable_signature<Callable>>,
                                    span_handle, no_span>;
    template <class R>
    struct frame_of : std::type_identity<call_impl::call_frame<R>> {};
    template <class... H>
    struct unrecorded
        : std::type_identity<call_impl::unrecorded_frame<typename call_impl::clock_for<H...>::type, span>> {};
    template <class R>
    struct watched_frame_of : std::type_identity<call_impl::watched_frame<R>> {};
    template <class Result>
    using frame = typename std::conditional_t<
        !records, unrecorded<Hooks...>,
        std::conditional_t<call_impl::leaves_open<Result>, watched_frame_of<Recorder>, frame_of<Recorder>>>::type;

    template <class Self>
    using callable_as = decltype((std::declval<Self>().callable_));
    template <class Object>
    using member_on = call_impl::bound_member<Callable, Object>;

    static constexpr bool takes_context = call_impl::context_first<
        typename call_impl::callers_signature<Site::with_span, meta::callable_signature<Callable>>::type>::value;
    // Whether it is to be called with this thread's context before these.
    template <class... P>
    static constexpr bool lacks_context = takes_context && !call_impl::first_is_context<P...>;

    template <bool Lacks, class Callee, class... P>
    struct invocation_for : std::type_identity<call_impl::invocation<Site::with_span, Callee, span, P...>> {};
    template <class Callee, class... P>
    struct invocation_for<true, Callee, P...>
        : std::type_identity<call_impl::invocation<Site::with_span, Callee, span, sonde::context, P...>> {};
    template <class Callee, class... P>
    using invocation = typename invocation_for<lacks_context<P...>, Callee, P...>::type;
    template <class Callee, class... P>
    static constexpr async_kind kind = async_kind_of<typename invocation<Callee, P...>::type, P...>;
    template <class Callee, class... P>
    using chain = call_impl::chain<Site, frame<typename invocation<Callee, P...>::type>, Callee, hooks, P...>;

    template <class Callee, class... P>
    static constexpr bool never_throws = [] {
        if constexpr (!invocation<Callee, P...>::nothrow) {
            return false;
        } else if constexpr (kind<Callee, P...> != async_kind::plain) {
            return false;  // its coroutine's frame may not be had
        } else if constexpr (guarded) {
            return !chain<Callee, P...>::blocks;
        } else {
            return true;
        }
    }();

public:
    template <class Given>
    constexpr decorated(reporter to, Given&& callable, hooks guards)
        : reporter_(static_cast<reporter&&>(to)),
          callable_(static_cast<Given&&>(callable)),
          hooks_(static_cast<hooks&&>(guards)) {}

    using site = Site;

    // For the call operators.
    template <class Self, class... P>
    static constexpr bool can = invocation<callable_as<Self>, P...>::possible;
    template <class Self, class... P>
    static constexpr bool nothrow = never_throws<callable_as<Self>, P...>;
    template <class Self, class... P>
    using invoked = invocation<callable_as<Self>, P...>;
    template <class... P, class Self>
    [[gnu::always_inline]] static constexpr decltype(auto) call(Self&& self, std::type_identity_t<P>&&... arguments) {
        using callee = callable_as<Self>;
        if constexpr (lacks_context<P...>) {
            return call<sonde::context, P...>(static_cast<Self&&>(self), current_context(),
                                              static_cast<P&&>(arguments)...);
        } else if constexpr (Site::inline_await && (records || guarded)) {
            return within<callee, P...>(self, static_cast<callee>(self.callable_), static_cast<P&&>(arguments)...);
        } else if constexpr ((records || guarded) && hooks_fit<callee, P...>::value) {
            return through<callee, P...>(self, static_cast<callee>(self.callable_), static_cast<P&&>(arguments)...);
        } else {
            return bare<callee, P...>(static_cast<callee>(self.callable_), static_cast<P&&>(arguments)...);
        }
    }
    template <class Object, class... P>
    static constexpr bool can_on = invocation<member_on<Object>, P...>::possible;
    template <class Object, class... P>
    static constexpr bool nothrow_on = never_throws<member_on<Object>, P...>;
    template <class Object, class... P>
    using invoked_on = invocation<member_on<Object>, P...>;
    template <class... P, class Object>
    [[gnu::always_inline]] static constexpr decltype(auto) call_on(decorated const& self, Object&& object,
                                                                   std::type_identity_t<P>&&... arguments) {
        using callee = member_on<Object>;
        if constexpr (lacks_context<P...>) {
            return call_on<sonde::context, P...>(self, static_cast<Object&&>(object), current_context(),
                                                 static_cast<P&&>(arguments)...);
        } else if constexpr (Site::inline_await && (records || guarded)) {
            return within<callee, P...>(self, callee{self.callable_, static_cast<Object&&>(object)},
                                        static_cast<P&&>(arguments)...);
        } else if constexpr ((records || guarded) && hooks_fit<callee, P...>::value) {
            return through<callee, P...>(self, callee{self.callable_, static_cast<Object&&>(object)},
                                         static_cast<P&&>(arguments)...);
        } else {
            return bare<callee, P...>(callee{self.callable_, static_cast<Object&&>(object)},
                                      static_cast<P&&>(arguments)...);
        }
    }

private:
    // Inlined always, as what leads here: clang 19 would jump here where an argument is a string.
    template <class Callee, class... P>
    [[gnu::always_inline]] static constexpr decltype(auto) bare(Callee&& callee,
                                                                std::type_identity_t<P>&&... arguments) {
        if constexpr (!Site::with_span) {
            return static_cast<Callee&&>(callee)(static_cast<P&&>(arguments)...);
        } else if constexpr (kind<Callee, P...> != async_kind::plain) {
            return bare_coroutine(static_cast<Callee&&>(callee), static_cast<P&&>(arguments)...);
        } else {
            span unused{};
            return static_cast<Callee&&>(callee)(unused, static_cast<P&&>(arguments)...);
        }
    }
    template <class Callee, class... P>
    static constexpr decltype(auto) bare_coroutine(Callee&& callee, P&&... arguments) {
        return static_cast<Callee&&>(callee)(call_impl::unrecorded_span<span>, static_cast<P&&>(arguments)...);
    }
    template <class Callee, class Context, class... P>
        requires context_impl::is_context<std::remove_cvref_t<Context>>
    static constexpr decltype(auto) bare_coroutine(Callee&& callee, Context&& given, P&&... arguments) {
        return static_cast<Callee&&>(callee)(static_cast<Context&&>(given), call_impl::unrecorded_span<span>,
                                             static_cast<P&&>(arguments)...);
    }

    // What a coroutine, or what is awaited in its place, keeps of this.
    template <class Callee, class Result>
    struct state_for : std::type_identity<call_impl::async_state<frame<Result>, void, Callee, Hooks...>> {};
    template <class Callee, class Result>
        requires records
    struct state_for<Callee, Result>
        : std::type_identity<call_impl::async_state<call_impl::async_frame<Recorder>, Recorder, Callee, Hooks...>> {};
    // A call of an asynchronous callable: its coroutine keeps what it needs of this.
    template <class Callee, class Result, class First, class... P>
        requires context_impl::is_context<std::remove_cvref_t<First>>
    static Result start(decorated const& self, Callee&& callee, [[maybe_unused]] bool recording,
                        std::type_identity_t<First>&& given, std::type_identity_t<P>&&... arguments) {
        return started_within<Callee, Result, true, P...>(self, static_cast<Callee&&>(callee), recording,
                                                          sonde::context(given), static_cast<P&&>(arguments)...);
    }
    template <class Callee, class Result, class... P>
        requires(!call_impl::first_is_context<P...>)
    static Result start(decorated const& self, Callee&& callee, [[maybe_unused]] bool recording,
                        std::type_identity_t<P>&&... arguments) {
        return started_within<Callee, Result, false, P...>(self, static_cast<Callee&&>(callee), recording,
                                                           current_context(), static_cast<P&&>(arguments)...);
    }
    template <class Callee, class Result, bool TakesContext, class... P>
    struct body_within
        : std::conditional<
              async_kind_of<Result, P...> == async_kind::awaitable,
              call_impl::async_body<Site, typename state_for<Callee, Result>::type, Result, TakesContext, P...>,
              call_impl::stream_body<async_kind_of<Result, P...>, Site, typename state_for<Callee, Result>::type,
                                     Result, TakesContext, P...>> {};
    template <class Callee, class Result, class... P>
    struct body_for : body_within<Callee, Result, false, P...> {};
    template <class Callee, class Result, class First, class... P>
        requires context_impl::is_context<std::remove_cvref_t<First>>
    struct body_for<Callee, Result, First, P...> : body_within<Callee, Result, true, P...> {};
    // Whether the hooks can be asked by the call's coroutine; asked early, for few lines in the message where they can't.
    template <class Callee, class Result, class... P>
    struct hooks_for : std::type_identity<std::true_type> {};
    template <class Callee, class Result, class... P>
        requires(guarded && async_kind_of<Result, P...> != async_kind::plain &&
                 requires { typename body_for<Callee, Result, P...>::type::hooks_fit; })
    struct hooks_for<Callee, Result, P...>
        : std::type_identity<typename body_for<Callee, Result, P...>::type::hooks_fit> {};
    template <class Callee, class... P>
    using hooks_fit = typename hooks_for<Callee, typename invocation<Callee, P...>::type, P...>::type;

    template <class Callee, class Result, bool TakesContext, class... P>
    static Result started_within(decorated const& self, Callee&& callee, bool recording, sonde::context&& parent,
                                 std::type_identity_t<P>&&... arguments) {
        return body_within<Callee, Result, TakesContext, P...>::type::run(
            static_cast<P&&>(arguments)...,
            kept<Callee, Result, P...>(self, static_cast<Callee&&>(callee), recording,
                                       static_cast<sonde::context&&>(parent), arguments...));
    }

    template <class Callee, class Result, class... P>
    static auto kept(decorated const& self, Callee&& callee, [[maybe_unused]] bool recording, sonde::context&& parent,
                     std::remove_reference_t<P> const&... arguments) {
        using state = typename state_for<Callee, Result>::type;
        if constexpr (records) {
            state made(self.reporter_, recording, static_cast<sonde::context&&>(parent), static_cast<Callee&&>(callee),
                       self.hooks_);
            if constexpr (Site::started) { made.template announce<Site, P...>(arguments...); }
            return made;
        } else {
            return state(static_cast<sonde::context&&>(parent), static_cast<Callee&&>(callee), self.hooks_);
        }
    }

    // A call that is awaited without a coroutine of its own.
    template <class Callee, class First, class... P>
        requires context_impl::is_context<std::remove_cvref_t<First>>
    static auto within(decorated const& self, Callee&& callee, std::type_identity_t<First>&& given,
                       std::type_identity_t<P>&&... arguments) {
        return awaited_within<Callee, typename invocation<Callee, First, P...>::type, true, P...>(
            self, static_cast<Callee&&>(callee), sonde::context(given), static_cast<P&&>(arguments)...);
    }
    template <class Callee, class... P>
        requires(!call_impl::first_is_context<P...>)
    static auto within(decorated const& self, Callee&& callee, std::type_identity_t<P>&&... arguments) {
        return awaited_within<Callee, typename invocation<Callee, P...>::type, false, P...>(
            self, static_cast<Callee&&>(callee), current_context(), static_cast<P&&>(arguments)...);
    }
    template <class Callee, class Result, bool TakesContext, class... P>
    static auto awaited_within(decorated const& self, Callee&& callee, sonde::context&& parent,
                               std::type_identity_t<P>&&... arguments) {
        if constexpr (async_kind_of<Result, P...> != async_kind::awaitable) {
            static_assert(
                meta::never<Result>,
                "sonde: inline_await is not an option of this site: what its callable answers is nothing to await. "
                "Leave the option out. See docs/errors.md#inline-await");
            return meta::inert{};
        } else {
            using answer = inline_awaited<Site, typename state_for<Callee, Result>::type, Result, TakesContext, P...>;
            auto recording = false;
            if constexpr (records) { recording = self.reporter_->recording(); }
            if constexpr (call_impl::check_body<answer>() && answer::hooks_fit::value) {
                return answer(kept<Callee, Result, P...>(self, static_cast<Callee&&>(callee), recording,
                                                         static_cast<sonde::context&&>(parent), arguments...),
                              static_cast<P&&>(arguments)...);
            }
        }
    }

    // A span that outlives the call keeps what it reports to.
    template <class Result>
    [[gnu::always_inline]] static constexpr auto& target(decorated const& self) noexcept {
        if constexpr (call_impl::leaves_open<Result>) {
            return self.reporter_;
        } else {
            return *self.reporter_;
        }
    }

    template <class Callee, class... P>
    static constexpr typename invocation<Callee, P...>::type through(decorated const& self, Callee&& callee,
                                                                     std::type_identity_t<P>&&... arguments) {
        using result = typename invocation<Callee, P...>::type;
        if constexpr (records) {
            auto const recording = self.reporter_->recording();
            if constexpr (!guarded) {
                if (!recording) [[unlikely]] {
                    return bare<Callee, P...>(static_cast<Callee&&>(callee), static_cast<P&&>(arguments)...);
                }
            }
            if constexpr (kind<Callee, P...> != async_kind::plain) {
                return start<Callee, result, P...>(self, static_cast<Callee&&>(callee), recording,
                                                   static_cast<P&&>(arguments)...);
            } else if constexpr (!guarded && call_impl::seen_when_returned<result>) {
                frame<result> open(target<result>(self), Site::facts);
                return call_impl::plain_call<Site, result, invocation<Callee, P...>::nothrow, P...>(
                    open, static_cast<Callee&&>(callee), static_cast<P&&>(arguments)...);
            } else {
                frame<result> open(target<result>(self), Site::facts, recording);
                return chain<Callee, P...>(open, static_cast<Callee&&>(callee), self.hooks_)
                    .run(__builtin_addressof(arguments)...);
            }
        } else if constexpr (kind<Callee, P...> != async_kind::plain) {
            if constexpr (call_impl::check_body<typename body_for<Callee, result, P...>::type>()) {
                return start<Callee, result, P...>(self, static_cast<Callee&&>(callee), false,
                                                   static_cast<P&&>(arguments)...);
            }
            __builtin_unreachable();  // it has not compiled
        } else {
            frame<result> open(Site::facts);
            return chain<Callee, P...>(open, static_cast<Callee&&>(callee), self.hooks_)
                .run(__builtin_addressof(arguments)...);
        }
    }

    [[no_unique_address]] reporter reporter_;
    [[no_unique_address]] Callable callable_;
    [[no_unique_address]] hooks hooks_;
};

}  // namespace sonde

#endif
