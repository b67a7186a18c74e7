// SPDX-License-Identifier: MIT
// One recorded call that leaves its span open in its result.
#ifndef SONDE_CALL_WATCHED_FRAME_HPP
#define SONDE_CALL_WATCHED_FRAME_HPP

#include <sonde/call/exception_text.hpp>
#include <sonde/call/left_open.hpp>
#include <sonde/call/recorded_scope.hpp>
#include <sonde/call/run_counts.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_handle.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/event/field_start.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/catching.hpp>

#include <chrono>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace sonde::call_impl {

/// Has what `call_frame` has. The span outlives the call, so that it is not on the stack; without memory for it the call is
/// not recorded. What it tells hooks of status and duration is the call's, up to its return.
/// *Thread safety*: the calling thread's.
template <class Recorder>
class watched_frame {
    using clock = typename Recorder::clock;

public:
    /// Of a call that no hook sees: it is recorded, and let through.
    watched_frame(shared<Recorder> const& to, site_facts const& site) noexcept : watched_frame(to, site, true) {
        admit();
    }
    watched_frame(shared<Recorder> const& to, site_facts const& site, bool recording) noexcept
        : recorder_(*to), site_(site), start_(clock::now()) {
        if (!recording) { return; }
        auto const* const outer = context_impl::current();
        span_ = new (std::nothrow) recorded_scope<Recorder>(
            to, site, outer == nullptr || outer->run == nullptr ? shared<context_impl::run_state>{} : *outer->run);
        if (span_ == nullptr) {
            meta::catching([&] { recorder_.report(exception("sonde: no memory to record a call")); }, [] {});
        }
    }
    watched_frame(watched_frame const&) = delete;  // it is one call's
    watched_frame& operator=(watched_frame const&) = delete;
    ~watched_frame() { close(); }

    [[nodiscard]] run_view run() const noexcept { return run_view(run_state()); }
    [[nodiscard]] span_handle span() const noexcept { return span_ == nullptr ? span_handle{} : span_handle(*span_); }
    [[nodiscard]] sonde::status status() const noexcept { return status_; }
    [[nodiscard]] std::chrono::nanoseconds duration() const noexcept {
        return std::chrono::nanoseconds(clock::nanoseconds(start_, stopped_ ? end_ : clock::now()));
    }

    static constexpr bool keeps_values = true;
    [[nodiscard]] bool captures() const noexcept { return span_ != nullptr; }
    template <class Site, std::size_t Position>
    static constexpr field_start_bytes<Site::template argument<Position>.size()> start_of{
        section::input, false, Site::template argument<Position>};
    template <class Value>
    void input(field_start start, Value const& value) noexcept {
        with_record([&](span_record& record) { record.capture(start, value); });
    }
    template <class Value>
    void input(std::string_view const& key, Value const& value) noexcept {
        with_record([&](span_record& record) { record.capture(section::input, key, false, value); });
    }
    void unread_input(std::string_view const& key, event_impl::unread_pointer const& value) noexcept {
        with_record(
            [&](span_record& record) { record.capture<event_impl::opaque_value>(section::input, key, false, value); });
    }

    void admit() noexcept { count_call(run_state(), site_.kind); }
    void announce() noexcept {
        if (span_ != nullptr) { span_->template announce<call_started>(site_.started_type); }
    }
    template <class Body>
    auto watch(Body&& body) -> decltype(body()) {
        return meta::telling(body, [this]() noexcept { fail(); });
    }
    void stop() noexcept {
        end_ = clock::now();
        stopped_ = true;
    }
    /// The span is the result's from now on, and this thread is no longer within it.
    template <class Result>
    void leave_in(Result& made) noexcept {
        if (span_ == nullptr) { return; }
        span_->step_out();
        made.sonde_watch(left_open(*std::exchange(span_, nullptr), [](context_impl::hand_scope& span) noexcept {
            end(static_cast<recorded_scope<Recorder>&>(span));
        }));
    }

    [[gnu::cold]] void fail() noexcept {
        end_as(sonde::status::error, [](span_record& record) { record.fail(sonde::status::error, exception_text()); });
    }
    [[gnu::cold]] void block(std::string_view rule, std::string_view message) noexcept {
        end_as(sonde::status::blocked, [&](span_record& record) {
            record.fail(sonde::status::blocked, message);
            record.capture(section::metadata, "blocked_by", false, rule);
        });
        count_violation(run_state());
    }
    void skip(std::string_view by) noexcept {
        with_record([&](span_record& record) { record.capture(section::metadata, "skipped_by", false, by); });
    }
    [[gnu::cold]] void report_ignored(std::string_view hook) noexcept {
        meta::catching(
            [&] {
                std::string text("sonde: hook ");
                recorder_.report(exception(
                    text.append(hook).append(" threw ").append(exception_text()).append(" at ").append(site_.name)));
            },
            [] {});
    }
    /// The call is over without a result to leave its span in.
    void close() noexcept {
        if (span_ != nullptr) { end(*std::exchange(span_, nullptr)); }
    }

private:
    static void end(recorded_scope<Recorder>& span) noexcept {
        span.template finish<call_finished>(span.record->site().event_type, false);
    }
    [[nodiscard]] context_impl::run_state* run_state() const noexcept {
        return run_of(span_ != nullptr ? span_ : context_impl::current());
    }
    template <class Tell>
    void with_record(Tell&& tell) noexcept {
        if (span_ != nullptr) {
            span_->record->locked([&] { tell(*span_->record); });
        }
    }
    template <class Tell>
    void end_as(sonde::status how, Tell&& tell) noexcept {
        stop();
        status_ = how;
        with_record(tell);
    }

    Recorder& recorder_;
    site_facts const& site_;
    recorded_scope<Recorder>* span_ = nullptr;
    typename clock::tick start_, end_{};
    sonde::status status_ = sonde::status::success;
    bool stopped_ = false;
};

}  // namespace sonde::call_impl

#endif
