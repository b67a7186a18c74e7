// SPDX-License-Identifier: MIT
// A base for promises: their coroutines take the context along that they were called in.
#ifndef SONDE_ASYNC_PROPAGATING_HPP
#define SONDE_ASYNC_PROPAGATING_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/coroutine_scope.hpp>
#include <sonde/async/following.hpp>
#include <sonde/context/propagation.hpp>

#include <utility>

namespace sonde {

/// For a coroutine type of one's own, where `enable_propagation` (async/propagating_promise.hpp) is not wanted. `Task` is
/// that type. Its promise derives from this, and hands on what its coroutine is suspended with:
///   `struct promise_type : sonde::propagating<task> {`
///   `    auto initial_suspend() noexcept { return this->entering(std::suspend_always{}); }`
///   `    auto final_suspend() noexcept { return this->leaving(resume_consumer{}); }`
/// A promise with an await_transform of its own ends that with `return this->following(awaitable);`.
/// The context is that of where the coroutine is called; a parameter that is one says nothing to it.
/// *Thread safety*: the coroutine's. *Example*: docs/examples/own_task.cpp
template <class Task>
class propagating {
public:
    static constexpr bool carries_context = true;

    propagating() noexcept : scope_(current_context()) { scope_.take_handed<Task>(); }
    propagating(propagating const&) = delete;  // it lies in its coroutine's frame
    propagating& operator=(propagating const&) = delete;

    template <class Awaitable>
    auto await_transform(Awaitable&& awaitable) {
        return following(static_cast<Awaitable&&>(awaitable));
    }

protected:
    ~propagating() = default;

    /// What initial_suspend answers: behind it the coroutine is within its context.
    template <class Awaiter>
    [[nodiscard]] auto entering(Awaiter awaiter) noexcept {
        return async_impl::beginning<void, Awaiter>(scope_, [&]() -> Awaiter { return std::move(awaiter); });
    }
    /// What final_suspend answers: from there on it is not.
    template <class Awaiter>
    [[nodiscard]] auto leaving(Awaiter awaiter) noexcept {
        scope_.detach();
        return async_impl::ending<void, Awaiter>([&]() -> Awaiter { return std::move(awaiter); });
    }
    /// What is awaited: while the coroutine is suspended, its context is on no thread..
    template <class Awaitable>
    [[nodiscard]] auto following(Awaitable&& awaitable) {
        return async_impl::following<void, Awaitable&&>(
            scope_, [&]() -> Awaitable&& { return static_cast<Awaitable&&>(awaitable); });
    }

private:
    coroutine_scope scope_;
};

}  // namespace sonde

#endif
