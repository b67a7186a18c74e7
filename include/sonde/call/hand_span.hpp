// SPDX-License-Identifier: MIT
// Spans and runs opened by hand: RAII, movable, to be finished on any thread.
#ifndef SONDE_CALL_HAND_SPAN_HPP
#define SONDE_CALL_HAND_SPAN_HPP

#include <sonde/call/recorded_scope.hpp>
#include <sonde/call/recorder.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_handle.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/named.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>
#include <sonde/meta/catching.hpp>

#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>

namespace sonde {

namespace call_impl {

/// What the owners of spans and runs have in common. Empty when nothing is recorded, when moved from, and once finished:
/// it then takes all that it is told and keeps nothing.
/// *Thread safety*: one thread at a time.
template <class Recorder>
class scope_owner {
public:
    explicit operator bool() const noexcept { return scope_ != nullptr; }

    /// As `span_handle`'s.
    template <class... Values>
    void set(Values const&... values) const noexcept {
        handle().set(values...);
    }
    template <class Value>
    void set_by_name(std::string_view name, Value const& value) const noexcept {
        handle().set_by_name(name, value);
    }
    template <class... Values>
    void input(Values const&... values) const noexcept {
        handle().input(values...);
    }
    template <class... Values>
    void output(Values const&... values) const noexcept {
        handle().output(values...);
    }
    template <class Value>
    void chunk(Value const& value) const noexcept {
        handle().chunk(value);
    }
    void cost_usd(double usd) const noexcept { handle().cost_usd(usd); }
    void fail(std::string_view why) const noexcept { handle().fail(why); }
    [[nodiscard]] sonde::context context() const noexcept { return handle().context(); }

protected:
    explicit scope_owner(recorded_scope<Recorder>* scope) noexcept : scope_(scope), exceptions_(exceptions()) {}
    scope_owner(scope_owner&& other) noexcept
        : scope_(std::exchange(other.scope_, nullptr)), exceptions_(exceptions()) {}
    ~scope_owner() = default;

    [[nodiscard]] span_handle handle() const noexcept {
        return scope_ == nullptr ? span_handle{} : span_handle(*scope_);
    }

    // Left by an exception: more are on their way than when it was opened, or came here from another thread.
    template <class Event>
    void close(std::string_view event_type) noexcept {
        if (auto* const scope = std::exchange(scope_, nullptr); scope != nullptr) {
            scope->template finish<Event>(event_type, exceptions() > exceptions_);
        }
    }
    template <class Event>
    void announce(std::string_view event_type) noexcept {
        scope_->template announce<Event>(event_type);
    }

private:
    static int exceptions() noexcept { return meta::has_exceptions ? std::uncaught_exceptions() : 0; }

    recorded_scope<Recorder>* scope_;
    int exceptions_;
};

inline shared<context_impl::run_state> current_run_state() noexcept {
    auto const* const scope = context_impl::current();
    return scope == nullptr || scope->run == nullptr ? shared<context_impl::run_state>{} : *scope->run;
}

}  // namespace call_impl

/// A span opened by hand: what happens on this thread while it is open is within it. It ends with its object, or with
/// `finish()`; left by an exception, its status is `error`.
/// *Emits*: `call_finished` at its end; with the option `started`, `call_started` at its beginning. *Thread safety*: one thread at a time; may be moved to another and finished there.
template <class Sink>
class open_span : public call_impl::scope_owner<recorder<Sink>> {
    using base = call_impl::scope_owner<recorder<Sink>>;

public:
    template <class... Fields>
    open_span(shared<recorder<Sink>> const& to, site_facts const& site, Fields const&... given)
        : base(to->recording() ? new call_impl::recorded_scope<recorder<Sink>>(to, site, call_impl::current_run_state())
                               : nullptr),
          event_type_(site.event_type) {
        this->input(given...);
        if (!site.started_type.empty() && *this) { this->template announce<call_started>(site.started_type); }
    }
    open_span(open_span&&) noexcept = default;
    open_span& operator=(open_span&&) = delete;  // it would have to end one span in the place of another
    ~open_span() { finish(); }

    void finish() noexcept { this->template close<call_finished>(event_type_); }

private:
    std::string_view event_type_;
};

/// One execution of an agent, opened by hand: what happens on this thread while it is open belongs to it. The metadata of
/// its events carries the identity's version and environment, where they are given, and what the run was opened with.
/// *Emits*: `run_started`, and `run_finished` at its end. *Thread safety*: as `open_span`; the counts from any thread.
template <class Sink>
class open_run : public call_impl::scope_owner<recorder<Sink>> {
    using base = call_impl::scope_owner<recorder<Sink>>;

public:
    open_run(shared<recorder<Sink>> const& to, shared<context_impl::run_state> state)
        : base(new call_impl::recorded_scope<recorder<Sink>>(to, facts(state->name), state)), state_(std::move(state)) {
        auto const& who = to->identity();
        if (!who.agent_version.empty()) { this->handle().set_by_name("agent_version", who.agent_version); }
        if (!who.environment.empty()) { this->handle().set_by_name("environment", who.environment); }
        state_->options.metadata.for_each(
            [&](std::string_view key, std::string_view value) { this->handle().set_by_name(key, value); });
        this->template announce<run_started>("run_started");
    }
    open_run(open_run&&) noexcept = default;
    open_run& operator=(open_run&&) = delete;  // it would have to end one run in the place of another
    ~open_run() { finish(); }

    void finish() noexcept {
        using namespace literals;
        this->set("tool_calls"_f = tool_calls(), "model_calls"_f = model_calls(),
                  "policy_violations"_f = policy_violations());
        this->template close<run_finished>("run_finished");
    }

    [[nodiscard]] run_view view() const noexcept { return run_view(state_.get()); }
    [[nodiscard]] sonde::run_id id() const noexcept { return view().id(); }
    [[nodiscard]] std::string_view name() const noexcept { return view().name(); }
    [[nodiscard]] std::string_view user_id() const noexcept { return view().user_id(); }
    [[nodiscard]] std::string_view session_id() const noexcept { return view().session_id(); }
    [[nodiscard]] std::uint64_t tool_calls() const noexcept { return view().tool_calls(); }
    [[nodiscard]] std::uint64_t model_calls() const noexcept { return view().model_calls(); }
    [[nodiscard]] std::uint64_t policy_violations() const noexcept { return view().policy_violations(); }

private:
    static site_facts facts(std::string_view name) noexcept {
        return {.name = name, .channel = default_channel(kind::agent), .kind = kind::agent};
    }
    shared<context_impl::run_state> state_;
};

}  // namespace sonde

#endif
