// SPDX-License-Identifier: MIT
// The coroutine that stands for a call of an asynchronous callable, of the type that the callable answers.
#ifndef SONDE_CALL_ASYNC_BODY_HPP
#define SONDE_CALL_ASYNC_BODY_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/traits.hpp>
#include <sonde/call/async_call.hpp>
#include <sonde/call/async_promise.hpp>
#include <sonde/call/async_state.hpp>

#include <coroutine>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

/// How the coroutine keeps an argument: what may be gone before it runs it keeps itself, what the callable refers to it
/// refers to.
template <class Parameter>
using kept_argument = std::conditional_t<std::is_rvalue_reference_v<Parameter> &&
                                             std::is_move_constructible_v<std::remove_cvref_t<Parameter>>,
                                         std::remove_cvref_t<Parameter>, Parameter>;

// What awaiting gives, as something to be kept: an xvalue is a value.
template <class Given>
using kept_value = std::conditional_t<std::is_lvalue_reference_v<Given>, Given, std::remove_cvref_t<Given>>;

// The places of those hooks that answer with a coroutine.
template <class Call, std::size_t Left, std::size_t... Found>
struct awaited_places
    : std::conditional_t<Call::template awaits<Left - 1>, awaited_places<Call, Left - 1, Left - 1, Found...>,
                         awaited_places<Call, Left - 1, Found...>> {};
template <class Call, std::size_t... Found>
struct awaited_places<Call, 0, Found...> : std::type_identity<std::index_sequence<Found...>> {};

/// The coroutine: its parameters are the call's, so that its promise sees what that of the callable's own sees.
// Nothing but the coroutine itself can await, and without exceptions there must be no `try`: hence the conditions.
template <class Call, class Task, class State, class Awaited, class... P>
struct async_coroutine;
template <class Call, class Task, class State, std::size_t... Awaited, class... P>
struct async_coroutine<Call, Task, State, std::index_sequence<Awaited...>, P...> {
    static Task run(kept_argument<P>... arguments, State state) {
        Call call(state, __builtin_addressof(arguments)...);
#if defined(__cpp_exceptions)
        try {
#endif
            while (!call.asked_all()) {
#if defined(__cpp_exceptions)
                try {
#endif
                    ((call.template ask_until<Awaited>(),
                      call.template asks_next<Awaited>()
                          ? ((co_await call.template question<Awaited>()), answers<Call, Awaited>{call}).done()
                          : void()),
                     ...);
                    call.template ask_until<Call::hook_count>();
#if defined(__cpp_exceptions)
                } catch (...) { call.question_threw(); }
#endif
            }
            if constexpr (std::is_void_v<typename Call::value>) {
                if (call.admit()) {
                    Task task = call.make();
                    auto&& operand = async_impl::operand(task);
                    call.detach();
                    co_await call.awaiting(operand);
                    call.succeed();
                } else {
                    call.take_skipped();
                }
            } else {
                if (!call.admit()) { co_return call.take_skipped(); }
                Task task = call.make();
                auto&& operand = async_impl::operand(task);
                call.detach();
                decltype(auto) made = co_await call.awaiting(operand);
                call.succeed(made);
                co_return static_cast<decltype(made)&&>(made);
            }
#if defined(__cpp_exceptions)
        } catch (...) {
            call.fail();
            throw;
        }
#endif
    }
};

/// The coroutine of one call.
template <class Site, class State, class Task, bool TakesContext, class... P>
struct async_body {
    using promise = typename async_impl::promise_of<Task, P...>::type;
    using given = async_impl::awaited_t<promise, async_impl::operand_t<Task>>;
    using call_type = async_call<Site, State, promise, Task, kept_value<given>, TakesContext, P...>;

    using hooks_fit =
        async_hooks_fit<Site, typename State::frame, promise, kept_value<given>, decltype(State::hooks), P...>;

    static Task run(std::type_identity_t<P>&&... arguments, State&& state) {
        return async_coroutine<call_type, Task, State, typename awaited_places<call_type, call_type::hook_count>::type,
                               P...>::run(static_cast<P&&>(arguments)..., static_cast<State&&>(state));
    }
};

}  // namespace sonde::call_impl

#endif
