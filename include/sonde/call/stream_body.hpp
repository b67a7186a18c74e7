// SPDX-License-Identifier: MIT
// The coroutine that stands for a call whose result is streamed: a generator, of the type that the callable answers.
#ifndef SONDE_CALL_STREAM_BODY_HPP
#define SONDE_CALL_STREAM_BODY_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/traits.hpp>
#include <sonde/call/async_body.hpp>
#include <sonde/call/async_call.hpp>
#include <sonde/call/async_hooks.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

// What is yielded on is what was yielded: a reference to the same object, of the same sort. A promise that takes none of it
// so gets it moved.
template <class Promise, class Chunk>
constexpr decltype(auto) yielded(std::remove_reference_t<Chunk>& chunk) noexcept {
    if constexpr (requires(Promise& promise) { promise.yield_value(static_cast<Chunk>(chunk)); }) {
        return static_cast<Chunk>(chunk);
    } else {
        return static_cast<std::remove_reference_t<Chunk>&&>(chunk);
    }
}

/// A generator that a loop runs. It runs within the call from one value to the next, and not while the loop has one.
template <class Call, class Task, class State, class... P>
struct generator_coroutine {
    static Task run(kept_argument<P>... arguments, State state) {
        using promise = typename Call::promise;
        Call call(state, __builtin_addressof(arguments)...);
#if defined(__cpp_exceptions)
        try {
#endif
            call.template ask_until<Call::hook_count>();
            if (call.admit()) {
                Task task = call.make();
                auto at = task.begin();
                while (!(at == task.end())) {
                    auto&& chunk = *at;
                    call.chunk(chunk);
                    call.detach();
                    co_yield call_impl::yielded<promise, decltype(chunk)>(chunk);
                    call.attach();
                    ++at;
                }
                call.succeed();
            } else {
                call.take_skipped();
            }
#if defined(__cpp_exceptions)
        } catch (...) {
            call.fail();
            throw;
        }
#endif
    }
};

/// A generator that waits between its values: it is asked with `co_await generator.next()`, which answers something to
/// dereference, false at the end.
template <class Call, class Task, class State, class... P>
struct async_generator_coroutine {
    static Task run(kept_argument<P>... arguments, State state) {
        using promise = typename Call::promise;
        Call call(state, __builtin_addressof(arguments)...);
#if defined(__cpp_exceptions)
        try {
#endif
            call.template ask_until<Call::hook_count>();
            if (call.admit()) {
                Task task = call.make();
                for (;;) {
                    auto&& asked = task.next();
                    call.detach();
                    auto&& given = co_await call.awaiting(asked);
                    call.attach();
                    if (!static_cast<bool>(given)) { break; }
                    auto&& chunk = *given;
                    call.chunk(chunk);
                    call.detach();
                    co_yield call_impl::yielded<promise, decltype(chunk)>(chunk);
                    call.attach();
                }
                call.succeed();
            } else {
                call.take_skipped();
            }
#if defined(__cpp_exceptions)
        } catch (...) {
            call.fail();
            throw;
        }
#endif
    }
};

/// The same that is iterated: `co_await generator.begin()`, `co_await ++iterator`.
template <class Call, class Task, class State, class... P>
struct iterated_async_generator_coroutine {
    static Task run(kept_argument<P>... arguments, State state) {
        using promise = typename Call::promise;
        Call call(state, __builtin_addressof(arguments)...);
#if defined(__cpp_exceptions)
        try {
#endif
            call.template ask_until<Call::hook_count>();
            if (call.admit()) {
                Task task = call.make();
                auto&& first = task.begin();
                call.detach();
                auto at = co_await call.awaiting(first);
                call.attach();
                while (!(at == task.end())) {
                    auto&& chunk = *at;
                    call.chunk(chunk);
                    call.detach();
                    co_yield call_impl::yielded<promise, decltype(chunk)>(chunk);
                    call.attach();
                    auto&& next = ++at;
                    call.detach();
                    static_cast<void>(co_await call.awaiting(next));
                    call.attach();
                }
                call.succeed();
            } else {
                call.take_skipped();
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
template <async_kind Kind, class Site, class State, class Task, bool TakesContext, class... P>
struct stream_body {
    using promise = typename async_impl::promise_of<Task, P...>::type;
    using call_type = async_call<Site, State, promise, Task, void, TakesContext, P...>;

    template <class Call>
    using coroutine = std::conditional_t<
        Kind == async_kind::generator, generator_coroutine<Call, Task, State, P...>,
        std::conditional_t<async_impl::answers_next<promise, Task>, async_generator_coroutine<Call, Task, State, P...>,
                           iterated_async_generator_coroutine<Call, Task, State, P...>>>;

    using hooks_fit = sync_hooks_fit<false, Site, typename State::frame, promise, void, decltype(State::hooks), P...>;

    static Task run(std::type_identity_t<P>&&... arguments, State&& state) {
        return coroutine<call_type>::run(static_cast<P&&>(arguments)..., static_cast<State&&>(state));
    }
};

}  // namespace sonde::call_impl

#endif
