// SPDX-License-Identifier: MIT
// The monitor of a sink that is not there: everything a monitor has, and nothing done.
#ifndef SONDE_MONITOR_OFF_HPP
#define SONDE_MONITOR_OFF_HPP

#include <sonde/call/no_span.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/context/identity.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/refusals.hpp>
#include <sonde/site.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

template <class Sink>
class monitor;

namespace monitor_impl {
template <class Sink>
concept switched_off = requires { requires !Sink::enabled; };

struct unrecorded_scope final : context_impl::hand_scope {
    explicit unrecorded_scope(shared<context_impl::run_state> of_run) noexcept : hand_scope(std::move(of_run)) {
        begin();
    }
};
}  // namespace monitor_impl

/// A run that nobody records. Hooks within it see whose it is, and its counts: they guard whether or not anything is
/// recorded.
class unrecorded_run : public no_span {
public:
    unrecorded_run(std::string_view name, run_options&& options)
        : state_(shared<context_impl::run_state>::make(name, std::move(options), sonde::run_id{})),
          scope_(new monitor_impl::unrecorded_scope(state_)) {}
    unrecorded_run(unrecorded_run&& other) noexcept
        : state_(std::move(other.state_)), scope_(std::exchange(other.scope_, nullptr)) {}
    unrecorded_run& operator=(unrecorded_run&& other) noexcept {
        std::swap(state_, other.state_);
        std::swap(scope_, other.scope_);
        return *this;
    }
    ~unrecorded_run() { finish(); }

    void finish() noexcept {
        if (auto* const scope = std::exchange(scope_, nullptr); scope != nullptr) { scope->end(); }
    }

    /// Whether it is open still.
    explicit operator bool() const noexcept { return scope_ != nullptr; }
    [[nodiscard]] run_view view() const noexcept { return run_view(state_.get()); }
    [[nodiscard]] run_id id() const noexcept { return view().id(); }
    [[nodiscard]] std::string_view name() const noexcept { return view().name(); }
    [[nodiscard]] std::string_view user_id() const noexcept { return view().user_id(); }
    [[nodiscard]] std::string_view session_id() const noexcept { return view().session_id(); }
    [[nodiscard]] std::uint64_t tool_calls() const noexcept { return view().tool_calls(); }
    [[nodiscard]] std::uint64_t model_calls() const noexcept { return view().model_calls(); }
    [[nodiscard]] std::uint64_t policy_violations() const noexcept { return view().policy_violations(); }

private:
    shared<context_impl::run_state> state_;
    monitor_impl::unrecorded_scope* scope_;
};

/// `monitor<null_sink>`, and that of any sink with `enabled = false`: takes all that a monitor takes.
template <class Sink>
    requires monitor_impl::switched_off<Sink>
class [[maybe_unused]] monitor<Sink> : refusal_impl::monitor_members {
public:
    using options = typename Sink::options;

    constexpr monitor() noexcept = default;
    template <class Options = typename Sink::options>
    constexpr explicit(false) monitor(identity const&, Options const& = {}) noexcept {}
    constexpr monitor(identity const&, typename Sink::options const&) noexcept {}
    monitor(monitor const&) = delete;  // a monitor has an identity: pass it by reference
    monitor& operator=(monitor const&) = delete;

    [[nodiscard]] constexpr Sink& sink() noexcept { return sink_; }
    constexpr void enabled(bool) noexcept {}
    [[nodiscard]] static constexpr bool enabled() noexcept { return false; }
    template <class... Deadline>
    static constexpr delivery_report flush(Deadline const&...) noexcept {
        return {};
    }
    template <class... Deadline>
    static constexpr delivery_report shutdown(Deadline const&...) noexcept {
        return {};
    }
    [[nodiscard]] static constexpr sonde::stats stats() noexcept { return {}; }

    template <fixed_string Name, class... Options, class... Fields>
    static constexpr void emit(Fields const&...) noexcept {
        static_cast<void>(refusal_impl::check_event<Name, Options...>() &&
                          refusal_impl::check_event_fields<Fields...>());
    }
    template <class Event>
    static constexpr void emit(Event const&) noexcept {}
    using refusal_impl::monitor_members::emit;
    template <fixed_string Name, class... Options, class... Fields>
    [[nodiscard]] static constexpr no_span span(Fields const&...) noexcept {
        static_cast<void>(refusal_impl::check_span<Name, Options...>() && refusal_impl::check_span_fields<Fields...>());
        return {};
    }
    using refusal_impl::monitor_members::span;
    [[nodiscard]] static unrecorded_run run(std::string_view name, run_options options = {}) {
        return {name, std::move(options)};
    }
    using refusal_impl::monitor_members::run;

private:
    [[no_unique_address]] Sink sink_;
};

}  // namespace sonde

#endif
