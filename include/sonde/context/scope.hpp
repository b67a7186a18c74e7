// SPDX-License-Identifier: MIT
// The open scopes of a thread: its calls, spans and runs, and contexts handed to it; the innermost is the current one.
#ifndef SONDE_CONTEXT_SCOPE_HPP
#define SONDE_CONTEXT_SCOPE_HPP

#include <sonde/config.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/shared.hpp>

namespace sonde {

/// Where a span belongs. *Source*: W3C Trace Context.
struct span_context {
    sonde::trace_id trace_id = {};
    sonde::span_id span_id = {};
    sonde::span_id parent_span_id = {};
};

class span_record;

namespace context_impl {

/// One open scope, linked into its thread's chain, innermost first. A call's lies on the stack and leaves in the order it
/// came. A span or run opened by hand may end on another thread, or before or after the scopes around it: the chain then
/// shares its ownership, and `let_go` gives the chain's share up.
struct scope {
    scope* outer = nullptr;
    span_context ids = {};
    shared<run_state> const* run = nullptr;  // lives as long as this scope or one further out
    span_record* record = nullptr;           // null where there is nothing to annotate: a context handed over
    // Where this one, on a stack, stands for another: that one, which lives as long as its span is open.
    scope* stands_for = nullptr;
    // Of scopes opened by hand only. True, and this scope perhaps gone, if it has ended or `even_open`.
    bool (*let_go)(scope&, bool even_open) noexcept = nullptr;
};

// One per thread and process, whatever number of shared libraries has this header. Trivially destructible: a call in a
// destructor of another thread-local object still finds it.
SONDE_SHARED inline constinit thread_local scope* innermost = nullptr;

/// Unlinks scopes opened by hand that have ended, as long as one is the innermost.
inline scope* skip_ended(scope* top) noexcept {
    while (top != nullptr && top->let_go != nullptr) {
        auto* const outer = top->outer;
        if (!top->let_go(*top, false)) { break; }
        innermost = top = outer;
    }
    return top;
}

/// The innermost open scope of this thread; null when there is none.
inline scope* current() noexcept {
    auto* const top = innermost;
    return top == nullptr || top->let_go == nullptr ? top : skip_ended(top);
}

/// Makes `fresh` the innermost scope.
inline void enter(scope& fresh) noexcept {
    fresh.outer = current();
    innermost = &fresh;
}

// The slow way out: scopes opened by hand within `own` are open still, or this is not the thread it was entered on (a fiber
// moved), and there is nothing to unlink here.
[[gnu::noinline, gnu::cold]] inline void leave_from_within(scope& own) noexcept {
    auto const* found = innermost;
    while (found != nullptr && found != &own) { found = found->outer; }
    if (found == nullptr) { return; }
    for (auto* top = innermost; top != &own;) {
        auto* const outer = top->outer;
        if (top->let_go != nullptr) { top->let_go(*top, true); }
        top = outer;
    }
    innermost = own.outer;
}

/// Unlinks a scope that lies on the stack, with all that were opened by hand within it and are open still.
inline void leave(scope& own) noexcept {
    if (innermost != &own) [[unlikely]] { return leave_from_within(own); }
    innermost = own.outer;
}

}  // namespace context_impl

/// The run that this thread is in; empty outside any.
inline run_view current_run() noexcept {
    auto const* const scope = context_impl::current();
    return scope == nullptr || scope->run == nullptr ? run_view{} : run_view(scope->run->get());
}

}  // namespace sonde

#endif
