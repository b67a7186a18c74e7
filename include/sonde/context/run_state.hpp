// SPDX-License-Identifier: MIT
// What is known of a run while it lasts: whose it is, and how often it called what.
#ifndef SONDE_CONTEXT_RUN_STATE_HPP
#define SONDE_CONTEXT_RUN_STATE_HPP

#include <sonde/context/counter.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/context/text_map.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

/// What a run is opened with: `mon.run("research", {.user_id = "jane", .metadata = {{"tenant", "a"}}})`.
struct run_options {
    std::string user_id = {};     ///< empty: nobody known
    std::string session_id = {};  ///< empty: none
    text_map metadata = {};
};

namespace context_impl {
/// Shared by the run, the spans within it, and the contexts handed to other threads. All but the counters is constant.
struct run_state {
    run_state(std::string_view run_name, run_options&& given, sonde::run_id fresh)
        : name(run_name), options(static_cast<run_options&&>(given)), id(fresh) {}

    std::string const name;
    run_options const options;
    sonde::run_id const id;
    counter tool_calls, model_calls, policy_violations;
};
}  // namespace context_impl

/// A run, as seen from within it: by a hook through `call.run()`. Outside any run it is empty: the texts are empty and
/// the counts zero.
/// *Lifetime*: as the call's it was asked from. *Thread safety*: any.
class run_view {
public:
    constexpr run_view() noexcept = default;
    constexpr explicit run_view(context_impl::run_state const* state) noexcept : state_(state) {}

    constexpr explicit operator bool() const noexcept { return state_ != nullptr; }
    [[nodiscard]] sonde::run_id id() const noexcept { return state_ == nullptr ? sonde::run_id{} : state_->id; }
    [[nodiscard]] std::string_view name() const noexcept {
        return state_ == nullptr ? std::string_view{} : state_->name;
    }
    [[nodiscard]] std::string_view user_id() const noexcept {
        return state_ == nullptr ? std::string_view{} : state_->options.user_id;
    }
    [[nodiscard]] std::string_view session_id() const noexcept {
        return state_ == nullptr ? std::string_view{} : state_->options.session_id;
    }

    /// The text under `key`; empty when there is none.
    [[nodiscard]] std::string_view metadata(std::string_view key) const noexcept {
        return state_ == nullptr ? std::string_view{} : state_->options.metadata.find(key);
    }

    /// Calls of sites of kind `tool` that were let through, counted where they begin.
    [[nodiscard]] std::uint64_t tool_calls() const noexcept { return state_ == nullptr ? 0 : state_->tool_calls.get(); }
    [[nodiscard]] std::uint64_t model_calls() const noexcept {
        return state_ == nullptr ? 0 : state_->model_calls.get();
    }
    /// Calls that a hook blocked.
    [[nodiscard]] std::uint64_t policy_violations() const noexcept {
        return state_ == nullptr ? 0 : state_->policy_violations.get();
    }

private:
    context_impl::run_state const* state_ = nullptr;
};

}  // namespace sonde

#endif
