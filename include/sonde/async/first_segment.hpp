// SPDX-License-Identifier: MIT
// Runs a coroutine that knows nothing of contexts within one, from where it is started to where it first suspends.
#ifndef SONDE_ASYNC_FIRST_SEGMENT_HPP
#define SONDE_ASYNC_FIRST_SEGMENT_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/following.hpp>
#include <sonde/config.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace sonde::async_impl {

/// Stands in for a suspended coroutine as the one to be resumed: what it is told, it tells on.
// The two pointers that a coroutine's frame begins with, with both compilers: a handle is the address of the first.
struct landing {
    void (*resume)(landing*) = nullptr;
    void (*destroy)(landing*) = nullptr;
    std::coroutine_handle<> for_whom = nullptr;

    [[nodiscard]] std::coroutine_handle<> handle() noexcept { return std::coroutine_handle<>::from_address(this); }
};

/// A scope on the stack that stands for a call's, while a thread is within the coroutine that the call started.
class [[nodiscard]] stand_in : public context_impl::scope {
public:
    explicit stand_in(context_impl::scope& of) noexcept {
        ids = of.ids;
        run = of.run == nullptr ? nullptr : kept(*of.run);
        // An awaiter that annotates when it has handed its coroutine on already would touch what may be gone, as if it
        // touched the coroutine.
        record = of.record;
        stands_for = &of;
    }
    stand_in(stand_in const&) = delete;  // the chain knows it by its address
    stand_in& operator=(stand_in const&) = delete;

private:
    // Where what is around it on this stack is within the same run, that keeps it: counting costs two locked instructions.
    shared<context_impl::run_state> const* kept(shared<context_impl::run_state> const& of) noexcept {
        auto const* const around = context_impl::current();
        if (around != nullptr && around->run != nullptr && *around->run == of) { return around->run; }
        owned_ = of;
        return &owned_;
    }

    shared<context_impl::run_state> owned_;
};

struct entered {
    context_impl::scope& scope;
    explicit entered(context_impl::scope& inner) noexcept : scope(inner) { context_impl::enter(inner); }
    entered(entered const&) = delete;
    entered& operator=(entered const&) = delete;
    ~entered() { context_impl::leave(scope); }
};

/// A coroutine is run from here until it suspends. If it gets to its end by then, whoever awaits it goes on from here too,
/// instead of on top of it: a loop that awaits what is done at once takes no more stack than one round.
struct driver {
    // Deeper than that, a coroutine starts without the call around it as its parent: each takes some 400 bytes of stack,
    // where a transfer takes none.
    static constexpr unsigned most = 64;

    landing const* waits;
    context_impl::scope& within;
    driver* outer;
    unsigned depth;
    bool landed = false;

    driver(landing const& of, context_impl::scope& scope) noexcept;
    driver(driver const&) = delete;  // the list knows it by its address
    driver& operator=(driver const&) = delete;
    ~driver();
};
SONDE_SHARED inline constinit thread_local driver* innermost_driver = nullptr;

inline driver::driver(landing const& of, context_impl::scope& scope) noexcept
    : waits(&of), within(scope), outer(innermost_driver), depth(outer == nullptr ? 1 : outer->depth + 1) {
    innermost_driver = this;
}
inline driver::~driver() { innermost_driver = outer; }

// Not noexcept: the last call is then the last thing it does, and takes no stack.
inline void land(landing* at) {
    auto* const drives = innermost_driver;
    if (drives != nullptr && drives->waits == at) {
        drives->landed = true;
    } else {
        at->for_whom.resume();
    }
}
// Who waits goes on, on top of what drives it: that is not within the call any more.
inline void step_out_of(landing const& at) noexcept {
    for (auto* each = innermost_driver; each != nullptr; each = each->outer) {
        if (each->waits == &at) { return context_impl::leave(each->within); }
    }
}
inline void destroy_landing(landing* at) { at->for_whom.destroy(); }

// How an awaiter is told who waits: by a handle of no particular type, or by one whose promise it may look into.
template <class Suspend>
inline constexpr bool takes_any_handle = false;
template <class Answer, class Awaiter>
inline constexpr bool takes_any_handle<Answer (Awaiter::*)(std::coroutine_handle<>)> = true;
template <class Answer, class Awaiter>
inline constexpr bool takes_any_handle<Answer (Awaiter::*)(std::coroutine_handle<>) noexcept> = true;
template <class Answer, class Awaiter>
inline constexpr bool takes_any_handle<Answer (Awaiter::*)(std::coroutine_handle<>) const> = true;
template <class Answer, class Awaiter>
inline constexpr bool takes_any_handle<Answer (Awaiter::*)(std::coroutine_handle<>) const noexcept> = true;

template <class Awaiter>
concept awaiter_for_any = requires { &Awaiter::await_suspend; } && takes_any_handle<decltype(&Awaiter::await_suspend)>;

template <class Answer>
concept transfers = std::is_convertible_v<Answer, std::coroutine_handle<>>;

/// Awaits `Awaitable`, and has what it starts run within `scope` until it first suspends. Where the awaiter hands the thread
/// on to another coroutine, and looks into the promise of the one that waits, nobody can step between the two: what it
/// starts then is not within the call, but within what is open around whoever runs it.
/// *Thread safety*: the coroutine's.
template <class Awaitable>
class driven {
    using awaiter_type = std::remove_reference_t<decltype(std::declval<held<Awaitable>&>().awaiter())>;

public:
    driven(Awaitable&& awaitable, context_impl::scope& scope)
        : held_([&]() -> Awaitable&& { return static_cast<Awaitable&&>(awaitable); }), scope_(scope) {}

    bool await_ready() { return static_cast<bool>(held_.awaiter().await_ready()); }

    // The coroutine may have gone on, on another thread, and be gone, once the awaiter knows of it: all that is touched
    // after that is on the stack.
    template <class Promise>
    auto await_suspend(std::coroutine_handle<Promise> own) {
        if constexpr (awaiter_for_any<awaiter_type>) {
            landing_ = {&land, &destroy_landing, own};
            stand_in within(scope_);
            driver drives(landing_, within);
            using answer = decltype(held_.awaiter().await_suspend(landing_.handle()));
            bool waits = true;
            if constexpr (transfers<answer>) {
                std::coroutine_handle<> next = held_.awaiter().await_suspend(landing_.handle());
                if (drives.depth > driver::most) { return next; }
                entered const around(within);
                next.resume();
            } else {
                entered const around(within);
                if constexpr (std::is_void_v<answer>) {
                    held_.awaiter().await_suspend(landing_.handle());
                } else {
                    waits = static_cast<bool>(held_.awaiter().await_suspend(landing_.handle()));
                }
            }
            return waits && !drives.landed ? std::coroutine_handle<>(std::noop_coroutine())
                                           : std::coroutine_handle<>(own);
        } else if constexpr (transfers<decltype(held_.awaiter().await_suspend(own))>) {
            return held_.awaiter().await_suspend(own);
        } else {
            stand_in within(scope_);
            driver const drives(landing_, within);
            entered const around(within);
            return held_.awaiter().await_suspend(own);
        }
    }
    decltype(auto) await_resume() {
        if constexpr (!awaiter_for_any<awaiter_type>) { step_out_of(landing_); }
        return held_.awaiter().await_resume();
    }

private:
    held<Awaitable&&> held_;
    context_impl::scope& scope_;
    landing landing_;
};

}  // namespace sonde::async_impl

#endif
