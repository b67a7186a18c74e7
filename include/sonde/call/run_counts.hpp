// SPDX-License-Identifier: MIT
// The run that a call belongs to, and counting the call with it.
#ifndef SONDE_CALL_RUN_COUNTS_HPP
#define SONDE_CALL_RUN_COUNTS_HPP

#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/event/kind.hpp>

namespace sonde::call_impl {

/// Null outside any run.
inline context_impl::run_state* run_of(context_impl::scope const* scope) noexcept {
    return scope == nullptr || scope->run == nullptr ? nullptr : scope->run->get();
}

/// Counts a call that was let through.
inline void count_call(context_impl::run_state* run, kind what) noexcept {
    if (run == nullptr) { return; }
    if (what == kind::tool) { run->tool_calls.add(1); }
    if (what == kind::model) { run->model_calls.add(1); }
}

/// Counts a call that was blocked.
inline void count_violation(context_impl::run_state* run) noexcept {
    if (run != nullptr) { run->policy_violations.add(1); }
}

}  // namespace sonde::call_impl

#endif
