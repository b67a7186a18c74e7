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
#include <sonde/event/field_start.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/type_name.hpp>
#include <sonde/time/timestamp.hpp>

#include <chrono>
#include <cstddef>
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

    /// Of a call that no hook sees: it is recorded, and let through.
    [[gnu::noinline]] call_frame(Recorder& recorder, site_facts const& site) noexcept
        : recorder_(recorder), scope_(opened()), record_(recorder.max_value_bytes(), site), recording_(true) {
        context_impl::innermost = &scope_;
        if (scope_.run != nullptr) { count_call(scope_.run->get(), site.kind); }
        start();
    }
    [[gnu::noinline]] call_frame(Recorder& recorder, site_facts const& site, bool recording) noexcept
        : recorder_(recorder), record_(recorder.max_value_bytes(), site), recording_(recording) {
        if (recording) {
            scope_ = opened();
            context_impl::innermost = &scope_;
            start();
        } else {
            record_.start();
        }
    }
    /// Of a coroutine, whose frame it lies in: within `parent`, which may be on no thread's chain, and on none itself until
    /// it is attached. The run of `parent` lives as long as this.
    [[gnu::noinline]] call_frame(Recorder& recorder, site_facts const& site, bool recording,
                                 context_impl::scope const& parent) noexcept
        : recorder_(recorder), record_(recorder.max_value_bytes(), site), recording_(recording) {
        scope_.run = parent.run;
        if (recording) {
            scope_.record = &record_;
            open_span(scope_.ids, &parent);
        } else {
            scope_.ids = parent.ids;
        }
        start();
    }
    call_frame(call_frame const&) = delete;  // the chain of scopes knows it by its address
    call_frame& operator=(call_frame const&) = delete;
    [[gnu::noinline]] ~call_frame() { end(); }

    /// It ends before the function did.
    [[gnu::noinline, gnu::cold]] void cancel() noexcept {
        stop();
        record_.fail(status::error, "cancelled");
    }
    /// It has been announced under these ids.
    void take_ids(span_context const& announced) noexcept { scope_.ids = announced; }
    /// Nothing is told of it after all.
    void abandon() noexcept { recording_ = false; }
    [[nodiscard]] context_impl::scope const& scope() const noexcept { return scope_; }
    [[nodiscard]] context_impl::scope& scope() noexcept { return scope_; }
    /// One chunk of a streamed result.
    template <class Value>
    void chunk(Value const& value) noexcept {
        if (recording_) { record_.chunk(value); }
    }
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    [[nodiscard]] run_view run() const noexcept { return run_view(run_state()); }
    [[nodiscard]] span_handle span() noexcept { return recording_ ? span_handle(scope_) : span_handle{}; }
    [[nodiscard]] sonde::status status() const noexcept { return record_.status; }
    [[nodiscard]] std::chrono::nanoseconds duration() const noexcept {
        return std::chrono::nanoseconds(clock::nanoseconds(record_.started(), stopped_ ? end_ : clock::now()));
    }

    static constexpr bool keeps_values = true;
    /// Whether arguments and results are worth capturing.
    [[nodiscard]] bool captures() const noexcept { return recording_; }
    template <class Site, std::size_t Position>
    static constexpr field_start_bytes<Site::template argument<Position>.size()> start_of{
        section::input, false, Site::template argument<Position>};
    template <class Value>
    void input(field_start start, Value const& value) noexcept {
        record_.capture(start, value);
    }
    /// Under a key that may be a redacted one.
    template <class Value>
    void input(std::string_view const& key, Value const& value) noexcept {
        record_.capture(section::input, key, false, value);
    }
    /// There is an argument, a pointer, that must not be read through.
    void unread_input(std::string_view const& key, event_impl::unread_pointer const& value) noexcept {
        record_.template capture<event_impl::opaque_value>(section::input, key, false, value);
    }
    template <class Value>
    void result(Value const& value) noexcept {
        record_.capture(whole_start<section::output>.view(), value);
    }
    /// The same of a result.
    void unread_result(event_impl::unread_pointer const& value) noexcept {
        record_.template capture<event_impl::opaque_value>(whole_start<section::output>.view(), value);
    }
    /// There is a result, which can't be looked at.
    template <class Result>
    void unseen_result() noexcept {
        record_.capture(whole_start<section::output>.view(), event_impl::opaque_value{meta::type_name<Result>()});
    }

    /// The call was let through.
    [[gnu::noinline]] void admit() noexcept { count_call(run_state(), site().kind); }
    /// The event at the start.
    [[gnu::noinline]] void announce() noexcept {
        if (!recording_) { return; }
        call_started event;
        describe(event, scope_.ids, site(), record_);
        event.event_type = site().started_type;
        event.level = site().level;
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
                    text.append(hook).append(" threw ").append(exception_text()).append(" at ").append(site().name)));
            },
            [] {});
    }

    /// The call is over, and its event goes out; once.
    [[gnu::noinline]] void close() noexcept { end(); }

private:
    struct teller {
        call_frame& frame;
        void operator()() const noexcept { frame.fail(); }
    };

    [[nodiscard]] context_impl::run_state* run_state() const noexcept {
        return run_of(recording_ || scope_.run != nullptr ? &scope_ : context_impl::current());
    }
    [[nodiscard]] site_facts const& site() const noexcept { return record_.site(); }

    // Within the scope that is the innermost still.
    [[gnu::always_inline]] context_impl::scope opened() noexcept {
        auto* const outer = context_impl::current();
        context_impl::scope fresh{.outer = outer, .run = outer == nullptr ? nullptr : outer->run, .record = &record_};
        open_span(fresh.ids, outer);
        return fresh;
    }
    [[gnu::always_inline]] void start() noexcept { begun_ = clock::utc(record_.start()); }
    // The event is seen by the sink where this is inlined, so that what a sink does not look at need not be made.
    [[gnu::always_inline]] void end() noexcept {
        if (!recording_) { return; }
        recording_ = false;
        if (!stopped_) { stop(); }
        if (record_.streamed()) [[unlikely]] { record_.finish_stream(); }
        auto const& where = site();
        auto const in_run = run_view(run_of(&scope_));
        // Whole, in one go: nothing is made twice, and what nobody reads is not made.
        call_finished const event{envelope{.agent_id = recorder_.identity().agent_id,
                                           .event_type = where.event_type,
                                           .channel = where.channel,
                                           .level = level_after(where.level, record_.status),
                                           .timestamp = begun_,
                                           .trace_id = scope_.ids.trace_id,
                                           .span_id = scope_.ids.span_id,
                                           .parent_span_id = scope_.ids.parent_span_id,
                                           .run_id = in_run.id(),
                                           .session_id = in_run.session_id(),
                                           .user_id = in_run.user_id()},
                                  where.name,
                                  where.kind,
                                  record_.status,
                                  record_.error_message(),
                                  clock::nanoseconds(record_.started(), end_),
                                  record_.cost_usd,
                                  record_.values(section::input),
                                  record_.values(section::output),
                                  record_.values(section::metadata)};
        if (record_.status != status::success) [[unlikely]] {
            context_impl::pass_failure(scope_, record_.error_message());
        }
        context_impl::leave(scope_);
        recorder_.deliver(event, event);
    }

    Recorder& recorder_;
    context_impl::scope scope_;
    timed_record<clock> record_;
    bool recording_;
    bool stopped_ = false;
    timestamp begun_;  // both events of a call tell the same
    typename clock::tick end_;
};

}  // namespace sonde::call_impl

#endif
