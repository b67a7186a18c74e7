// SPDX-License-Identifier: MIT
// What a coroutine has open: on the chain of the thread that runs it, and off every chain while it is suspended.
#ifndef SONDE_ASYNC_CARRIED_SCOPES_HPP
#define SONDE_ASYNC_CARRIED_SCOPES_HPP

#include <sonde/context/scope.hpp>

#include <utility>

namespace sonde::async_impl {

/// A scope that lies in a coroutine's frame, and what the coroutine has opened by hand within it. Between `attach` and
/// `detach` they are the innermost of the thread that called.
/// *Thread safety*: whoever runs the coroutine.
class carried_scopes {
public:
    explicit carried_scopes(context_impl::scope& own) noexcept : own_(own), top_(&own) {}
    carried_scopes(carried_scopes const&) = delete;  // it owns a part of what was opened by hand
    carried_scopes& operator=(carried_scopes const&) = delete;
    ~carried_scopes() {
        // The frame is destroyed while suspended: what was opened by hand has nothing to be within any more.
        while (top_ != &own_) {
            auto* const outer = top_->outer;
            top_->let_go(*top_, true);
            top_ = outer;
        }
    }

    /// *Requires*: detached.
    void attach() noexcept {
        own_.outer = context_impl::innermost;
        context_impl::innermost = std::exchange(top_, &own_);
    }
    /// *Requires*: attached, on this thread. From here on another thread may attach it.
    void detach() noexcept {
        if (context_impl::innermost != &own_) [[unlikely]] { keep_inner(); }
        context_impl::innermost = own_.outer;
    }

private:
    [[gnu::noinline]] void keep_inner() noexcept {
        auto* const top = context_impl::current();
        auto const* last = top;
        while (last != nullptr && last != &own_ && last->let_go != nullptr) { last = last->outer; }
        if (last == &own_) {
            top_ = top;
        } else {
            // A call on the stack of this thread is open still, which can't be unless a fiber moved: it stays here.
            context_impl::leave(own_);
            own_.outer = context_impl::innermost;
        }
    }

    context_impl::scope& own_;
    context_impl::scope* top_;
};

}  // namespace sonde::async_impl

#endif
