// SPDX-License-Identifier: MIT
// One recorded call while it runs: its span, its clock, and what is gathered for its event.
#ifndef SONDE_CALL_CALL_FRAME_HPP
#define SONDE_CALL_CALL_FRAME_HPP

#include <sonde/call/describe.hpp>
#include <sonde/call/exception_text.hpp>
#include <sonde/call/run_counts.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_handle.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/type_name.hpp>
#include <sonde/time/timestamp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace sonde::call_impl {

/// Lies on the stack of the decorated callable. With `recording` false, which only sites with hooks ask for, it times the
/// call for them and gathers nothing.
/// *Thread safety*: the calling thread's.
template <class Recorder>
class call_frame {
    using clock = typename Recorder::clock;

public:
    // Out of line, as all here that is the same for all sites: a site costs the calls only.
    [[gnu::noinline]] call_frame(Recorder& recorder, site_facts const& site, bool recording) noexcept
        : recorder_(recorder), site_(site), recording_(recording), record_(recorder.max_value_bytes(), site) {
        if (recording_) {
            context_impl::enter(scope_);
            scope_.ids = fresh_span(scope_.outer);
            scope_.run = scope_.outer == nullptr ? nullptr : scope_.outer->run;
            scope_.record = &record_;
        }
        start_ = end_ = clock::now();
        if (recording_) { begun_ = clock::utc(start_); }
    }
    call_frame(call_frame const&) = delete;  // the chain of scopes knows it by its address
    call_frame& operator=(call_frame const&) = delete;
    [[gnu::noinline]] ~call_frame() { close(); }

    [[nodiscard]] run_view run() const noexcept { return run_view(run_state()); }
    [[nodiscard]] span_handle span() noexcept { return recording_ ? span_handle(scope_) : span_handle{}; }
    [[nodiscard]] sonde::status status() const noexcept { return record_.status; }
    [[nodiscard]] std::chrono::nanoseconds duration() const noexcept {
        return std::chrono::nanoseconds(clock::nanoseconds(start_, stopped_ ? end_ : clock::now()));
    }

    /// Whether arguments and results are worth capturing.
    [[nodiscard]] bool captures() const noexcept { return recording_; }
    template <class Value>
    void input(std::string_view const& key, Value const& value) noexcept {
        record_.capture(section::input, key, false, value);
    }
    /// There is an argument, a pointer, that must not be read through.
    void unread_input(std::string_view const& key, event_impl::unread_pointer const& value) noexcept {
        record_.capture<event_impl::opaque_value>(section::input, key, false, value);
    }
    template <class Value>
    void result(Value const& value) noexcept {
        record_.capture(section::output, {}, true, value);
    }
    /// The same of a result.
    void unread_result(event_impl::unread_pointer const& value) noexcept {
        record_.capture<event_impl::opaque_value>(section::output, {}, true, value);
    }
    /// There is a result, which can't be looked at.
    template <class Result>
    void unseen_result() noexcept {
        record_.capture(section::output, {}, true, event_impl::opaque_value{meta::type_name<Result>()});
    }

    /// The call was let through.
    [[gnu::noinline]] void admit() noexcept { count_call(run_state(), site_.kind); }
    /// The event at the start.
    [[gnu::noinline]] void announce() noexcept {
        if (!recording_) { return; }
        call_started event;
        describe(event, scope_.ids, site_, record_);
        event.event_type = site_.started_type;
        event.level = site_.level;
        event.timestamp = begun_;
        recorder_.sign(event, run());
        recorder_.deliver(event, event);
    }

    /// The result of `body()`; a failure is told first, and then goes on.
    template <class Body>
    auto watch(Body&& body) -> decltype(body()) {
        return meta::telling(body, teller{*this});
    }

    /// The function is done: the time stops. Its status is success unless `fail` says otherwise, or said so before.
    void stop() noexcept {
        end_ = clock::now();
        stopped_ = true;
    }
    /// The function threw what is being handled.
    [[gnu::noinline, gnu::cold]] void fail() noexcept {
        stop();
        record_.fail(status::error, exception_text());
    }
    [[gnu::noinline, gnu::cold]] void block(std::string_view rule, std::string_view message) noexcept {
        stop();
        record_.fail(status::blocked, message);
        if (recording_) { record_.capture(section::metadata, "blocked_by", false, rule); }
        count_violation(run_state());
    }
    void skip(std::string_view by) noexcept {
        if (recording_) { record_.capture(section::metadata, "skipped_by", false, by); }
    }

    /// A hook threw where that is ignored.
    [[gnu::noinline, gnu::cold]] void report_ignored(std::string_view hook) noexcept {
        meta::catching(
            [&] {
                std::string text("sonde: hook ");
                recorder_.report(exception(
                    text.append(hook).append(" threw ").append(exception_text()).append(" at ").append(site_.name)));
            },
            [] {});
    }

    /// The call is over, and its event goes out; once.
    [[gnu::noinline]] void close() noexcept {
        if (!recording_) { return; }
        recording_ = false;
        if (!stopped_) { stop(); }
        call_finished event;
        describe(event, scope_.ids, site_, record_);
        finish(event, record_);
        event.event_type = site_.event_type;
        event.level = level_after(site_.level, record_.status);
        event.timestamp = begun_;
        event.duration_ns = clock::nanoseconds(start_, end_);
        recorder_.sign(event, run());
        if (record_.status != status::success) { context_impl::pass_failure(scope_, record_.error_message); }
        context_impl::leave(scope_);
        recorder_.deliver(event, event);
    }

private:
    struct teller {
        call_frame& frame;
        void operator()() const noexcept { frame.fail(); }
    };

    [[nodiscard]] context_impl::run_state* run_state() const noexcept {
        return run_of(recording_ ? &scope_ : context_impl::current());
    }

    Recorder& recorder_;
    site_facts const& site_;
    bool recording_;
    bool stopped_ = false;
    context_impl::scope scope_;
    span_record record_;
    typename clock::tick start_;
    timestamp begun_;  // both events of a call tell the same
    typename clock::tick end_;
};

}  // namespace sonde::call_impl

#endif
