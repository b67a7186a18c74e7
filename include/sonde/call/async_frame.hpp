// SPDX-License-Identifier: MIT
// One recorded call of an asynchronous callable, as its coroutine's frame keeps it.
#ifndef SONDE_CALL_ASYNC_FRAME_HPP
#define SONDE_CALL_ASYNC_FRAME_HPP

#include <sonde/async/carried_scopes.hpp>
#include <sonde/call/call_frame.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>

namespace sonde::call_impl {

/// Where a call was made, as a scope to open the call's own within. *Lifetime*: the context's.
class parent_scope : public context_impl::scope {
public:
    explicit parent_scope(context const& given) noexcept {
        ids = context_impl::parts::ids(given);
        run = context_impl::parts::run(given) ? &context_impl::parts::run(given) : nullptr;
    }
};

/// A `call_frame` that is on a thread's chain of scopes only while it is attached. Destroyed before it is closed, its call
/// was cancelled.
/// *Thread safety*: whoever runs the coroutine.
template <class Recorder>
class async_frame : public call_frame<Recorder> {
public:
    /// *Lifetime*: `to` and `parent` live as long as this.
    async_frame(Recorder& to, site_facts const& site, bool recording, context const& parent) noexcept
        : call_frame<Recorder>(to, site, recording, parent_scope(parent)) {}
    ~async_frame() {
        if (!this->stopped()) { this->cancel(); }
    }

    /// From here on this thread runs it. *Requires*: detached.
    void attach() noexcept {
        if (this->captures()) { carried_.attach(); }
    }
    /// *Requires*: attached.
    void detach() noexcept {
        if (this->captures()) { carried_.detach(); }
        this->scope().outer = nullptr;
    }

    [[nodiscard]] sonde::context context() const noexcept {
        auto const& own = this->scope();
        return {own.ids, own.run == nullptr ? shared<context_impl::run_state>{} : *own.run};
    }

private:
    async_impl::carried_scopes carried_{this->scope()};
};

}  // namespace sonde::call_impl

#endif
