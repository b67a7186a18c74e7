// SPDX-License-Identifier: MIT
// An awaiter that takes its coroutine's scope off the thread while the coroutine is suspended.
#ifndef SONDE_ASYNC_FOLLOWING_HPP
#define SONDE_ASYNC_FOLLOWING_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/coroutine_scope.hpp>
#include <sonde/meta/catching.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace sonde::async_impl {

/// The handle by which an awaiter knows its coroutine: where the promise is derived from `Promise`, that one's, by address;
/// with void, the coroutine's own.
// Both compilers put a promise behind two pointers, aligned as it asks, and a coroutine_handle is that address: what
// refers to a derived promise refers to its base just as well if the base is its first part and asks for no less.
template <class Promise, class Own>
auto as_known(std::coroutine_handle<Own> own) noexcept {
    if constexpr (std::is_void_v<Promise>) {
        return own;
    } else {
        return std::coroutine_handle<Promise>::from_address(own.address());
    }
}

/// An awaitable, a value or a reference, and its awaiter.
template <class Awaitable>
class held {
    using awaiter_type = decltype(async_impl::awaiter_of(std::declval<Awaitable>()));

public:
    template <class Make>
    explicit held(Make&& make)
        : awaitable_(static_cast<Make&&>(make)()),
          awaiter_(async_impl::awaiter_of(static_cast<Awaitable&&>(awaitable_))) {}
    held(held const&) = delete;  // the awaiter may refer to what is beside it
    held& operator=(held const&) = delete;

    [[nodiscard]] std::remove_reference_t<awaiter_type>& awaiter() noexcept { return awaiter_; }

private:
    Awaitable awaitable_;
    awaiter_type awaiter_;
};

/// The awaiter of `Awaitable` in a coroutine whose promise it knows as a `Promise`.
/// *Thread safety*: the coroutine's.
template <class Promise, class Awaitable>
class following {
public:
    template <class Make>
    following(coroutine_scope& scope, Make&& make) : scope_(scope), held_(static_cast<Make&&>(make)) {}

    bool await_ready() {
        scope_.attach();  // g++ 12 may not have told the awaiter before of its resumption yet
        return static_cast<bool>(held_.awaiter().await_ready());
    }

    template <class Own>
    auto await_suspend(std::coroutine_handle<Own> own) {
        scope_.detach();  // before, since another thread may have resumed the coroutine when the inner one answers
        return meta::telling([&] { return held_.awaiter().await_suspend(async_impl::as_known<Promise>(own)); },
                             [&] { scope_.attach(); });
    }

    decltype(auto) await_resume() {
        scope_.attach();
        return held_.awaiter().await_resume();
    }

private:
    coroutine_scope& scope_;
    held<Awaitable> held_;
};

/// The same of a coroutine's first awaiter: its scope is on the thread from then on.
template <class Promise, class Awaitable>
class beginning {
public:
    template <class Make>
    beginning(coroutine_scope& scope, Make&& make) : scope_(scope), held_(static_cast<Make&&>(make)) {}

    bool await_ready() { return static_cast<bool>(held_.awaiter().await_ready()); }
    template <class Own>
    auto await_suspend(std::coroutine_handle<Own> own) {
        return held_.awaiter().await_suspend(async_impl::as_known<Promise>(own));
    }
    void await_resume() {
        scope_.begin();
        static_cast<void>(held_.awaiter().await_resume());
    }

private:
    coroutine_scope& scope_;
    held<Awaitable> held_;
};

/// The same of its last one, where the scope is off the thread already.
template <class Promise, class Awaitable>
class ending {
public:
    template <class Make>
    explicit ending(Make&& make) noexcept : held_(static_cast<Make&&>(make)) {}

    bool await_ready() noexcept { return static_cast<bool>(held_.awaiter().await_ready()); }
    template <class Own>
    auto await_suspend(std::coroutine_handle<Own> own) noexcept {
        return held_.awaiter().await_suspend(async_impl::as_known<Promise>(own));
    }
    void await_resume() noexcept { static_cast<void>(held_.awaiter().await_resume()); }

private:
    held<Awaitable> held_;
};

}  // namespace sonde::async_impl

#endif
