// SPDX-License-Identifier: MIT
// The coroutine that stands for a call of an asynchronous callable, of the type that the callable answers.
#ifndef SONDE_CALL_ASYNC_BODY_HPP
#define SONDE_CALL_ASYNC_BODY_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/traits.hpp>
#include <sonde/call/async_call.hpp>
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

/// A coroutine cannot be inlined into a function that handles its exceptions, and without exceptions there must be no
/// `try`: hence the conditions.
template <class Site, class State, class Task, bool TakesContext, class... P>
struct async_body {
    using promise = typename async_impl::promise_of<Task, P...>::type;
    using given = async_impl::awaited_t<promise, Task>;
    using call_type = async_call<Site, State, promise, Task, kept_value<given>, TakesContext, P...>;
    using places = std::make_index_sequence<call_type::hook_count>;

    static Task run(kept_argument<P>... arguments, State state) {
        call_type call(state, __builtin_addressof(arguments)...);
#if defined(__cpp_exceptions)
        try {
#endif
            call.template ask_until<call_type::hook_count>();
            if constexpr (std::is_void_v<given>) {
                if (call.admit()) {
                    Task task = call.make();
                    call.detach();
                    co_await call.awaiting(task);
                    call.succeed();
                } else {
                    call.take_skipped();
                }
            } else {
                if (call.admit()) {
                    Task task = call.make();
                    call.detach();
                    decltype(auto) made = co_await call.awaiting(task);
                    call.succeed(made);
                    co_return static_cast<decltype(made)&&>(made);
                } else {
                    co_return call.take_skipped();
                }
            }
#if defined(__cpp_exceptions)
        } catch (...) {
            call.fail();
            throw;
        }
#endif
    }
};

}  // namespace sonde::call_impl

#endif
