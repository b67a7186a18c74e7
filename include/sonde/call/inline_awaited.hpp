// SPDX-License-Identifier: MIT
// What a decorated callable with the option `inline_await` answers: a call to be awaited, without a coroutine of its own.
#ifndef SONDE_CALL_INLINE_AWAITED_HPP
#define SONDE_CALL_INLINE_AWAITED_HPP

#include <sonde/async/first_segment.hpp>
#include <sonde/async/following.hpp>
#include <sonde/call/async_body.hpp>
#include <sonde/call/async_call.hpp>
#include <sonde/call/async_hooks.hpp>
#include <sonde/meta/catching.hpp>

#include <coroutine>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

namespace call_impl {

// Lies in the frame of the coroutine that awaits. The call is on the thread's chain only while its own code runs: what
// awaits it may take its own scope off the thread meanwhile.
template <class Call, class Task, class State, class... P>
class inline_awaiter {
    using value = typename Call::value;
    // What traits give in the task's place is kept here, and not looked into.
    static decltype(auto) awaiting(Call& call, Task& task) {
        if constexpr (std::is_same_v<async_impl::operand_t<Task>, Task>) {
            return call.awaiting(task);
        } else {
            return async_impl::operand(task);
        }
    }
    using awaiting_type = decltype(awaiting(std::declval<Call&>(), std::declval<Task&>()));
    using held = async_impl::held<awaiting_type>;

public:
    inline_awaiter(State&& state, std::tuple<kept_argument<P>...>&& arguments)
        : state_(static_cast<State&&>(state)),
          arguments_(static_cast<std::tuple<kept_argument<P>...>&&>(arguments)),
          call_(made(state_, arguments_)) {
        meta::telling([this] { begin(); }, [this] { call_.fail(); });
        call_.detach();
    }
    inline_awaiter(inline_awaiter const&) = delete;  // what is within refers to it
    inline_awaiter& operator=(inline_awaiter const&) = delete;
    ~inline_awaiter() {
        if (!goes_on_) { return; }
        awaiting_.~held();
        task_.~Task();
    }

    bool await_ready() {
        return !goes_on_ || meta::telling([this] { return static_cast<bool>(awaiting_.awaiter().await_ready()); },
                                          [this] { call_.fail(); });
    }
    template <class Promise>
    auto await_suspend(std::coroutine_handle<Promise> own) {
        return meta::telling([&] { return awaiting_.awaiter().await_suspend(own); }, [this] { call_.fail(); });
    }
    decltype(auto) await_resume() {
        return meta::telling([this]() -> decltype(auto) { return finished(); }, [this] { call_.fail(); });
    }

private:
    static Call made(State& state, std::tuple<kept_argument<P>...>& arguments) noexcept {
        return std::apply([&](auto&... each) { return Call(state, __builtin_addressof(each)...); }, arguments);
    }
    void begin() {
        call_.template ask_until<Call::hook_count>();
        if (!call_.admit()) { return; }
        ::new (static_cast<void*>(&task_)) Task(call_.make());
        meta::telling(
            [this] {
                ::new (static_cast<void*>(&awaiting_))
                    held([this]() -> awaiting_type { return awaiting(call_, task_); });
            },
            [this] { task_.~Task(); });
        goes_on_ = true;
    }
    using given = decltype(std::declval<held&>().awaiter().await_resume());
    given finished()
        requires std::is_void_v<given>
    {
        if (!goes_on_) { return call_.take_skipped(); }
        awaiting_.awaiter().await_resume();
        call_.succeed();
    }
    given finished()
        requires std::is_reference_v<given>
    {
        if (!goes_on_) { return call_.take_skipped(); }
        auto&& made = awaiting_.awaiter().await_resume();
        call_.succeed(made);
        return static_cast<given>(made);
    }
    given finished()
        requires(!std::is_void_v<given> && !std::is_reference_v<given>)
    {
        if (!goes_on_) { return call_.take_skipped(); }
        given made = awaiting_.awaiter().await_resume();
        call_.succeed(made);
        return made;
    }

    State state_;
    std::tuple<kept_argument<P>...> arguments_;
    Call call_;
    bool goes_on_ = false;
    union {
        Task task_;
    };
    union {
        held awaiting_;
    };
};

}  // namespace call_impl

/// A call that begins when it is awaited. Await it once, as an rvalue: `co_await search("lantern")`.
/// *Thread safety*: as the coroutine's that awaits it. *Cancellation*: destroyed while it is awaited, its event says
/// `cancelled`; never awaited, there is none.
template <class Site, class State, class Task, bool TakesContext, class... P>
class [[nodiscard]] inline_awaited {
    using promise = typename async_impl::promise_of<Task, P...>::type;
    using given = async_impl::awaited_t<promise, async_impl::operand_t<Task>>;
    using call_type =
        call_impl::async_call<Site, State, promise, Task, call_impl::kept_value<given>, TakesContext, P...>;

public:
    using hooks_fit = call_impl::sync_hooks_fit<true, Site, typename State::frame, promise,
                                                call_impl::kept_value<given>, decltype(State::hooks), P...>;

    inline_awaited(State&& state, P&&... arguments)
        : state_(static_cast<State&&>(state)), arguments_(static_cast<P&&>(arguments)...) {}
    inline_awaited(inline_awaited&&) = default;
    inline_awaited& operator=(inline_awaited&&) = delete;  // one call in the place of another

    auto operator co_await() && {
        return call_impl::inline_awaiter<call_type, Task, State, P...>(
            static_cast<State&&>(state_), static_cast<std::tuple<call_impl::kept_argument<P>...>&&>(arguments_));
    }
    void operator co_await() & = delete;  // it is used up: move it

private:
    State state_;
    std::tuple<call_impl::kept_argument<P>...> arguments_;
};

}  // namespace sonde

#endif
