// SPDX-License-Identifier: MIT
// What a span or run opened by hand keeps until it ends.
#ifndef SONDE_CALL_RECORDED_SCOPE_HPP
#define SONDE_CALL_RECORDED_SCOPE_HPP

#include <sonde/call/describe.hpp>
#include <sonde/call/run_counts.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/timestamp.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace sonde::call_impl {

/// *Thread safety*: the record has a lock; the rest is for the handle's owner.
template <class Recorder>
class recorded_scope final : public context_impl::hand_scope {
    using clock = typename Recorder::clock;

public:
    /// Opens it as this thread's innermost scope.
    recorded_scope(shared<Recorder> to, site_facts const& of, shared<context_impl::run_state> of_run)
        : hand_scope(std::move(of_run)),
          recorder_(std::move(to)),
          recording_(recorder_->recording()),
          site_(of),
          values_(recorder_->max_value_bytes(), site_, &lock_) {
        begin();
        open_span(ids, outer);
        record = &values_;
        begun_ = clock::utc(values_.start());
    }

    /// Emits that it has begun.
    template <class Event>
    void announce(std::string_view event_type) noexcept {
        if (!recording_) { return; }
        Event event;
        values_.locked([&] { fill(event, event_type); });
        recorder_->deliver(event, event);
    }

    /// Ends it, and emits that. *Requires*: nobody else ends it.
    template <class Event>
    void finish(std::string_view event_type, bool by_exception) noexcept {
        auto const end = clock::now();
        Event event;
        values_.locked([&] {
            if (by_exception && values_.status == status::success) { left_by_exception(); }
            if (values_.streamed()) { values_.finish_stream(); }
            fill(event, event_type);
            call_impl::finish(event, values_);
            event.level = level_after(site_.level, values_.status);
            event.duration_ns = clock::nanoseconds(values_.started(), end);
            values_.close();
        });
        // Where it is the innermost, what is around it is there still; on another thread it may be gone.
        if (context_impl::innermost == this && values_.status != status::success) {
            context_impl::pass_failure(*this, values_.error_message());
        }
        if (recording_) { recorder_->deliver(event, event); }
        this->end();
    }

private:
    template <class Event>
    void fill(Event& event, std::string_view event_type) noexcept {
        describe(event, ids, site_, values_);
        event.event_type = event_type;
        event.level = site_.level;
        event.timestamp = begun_;
        recorder_->sign(event, run_view(run_of(this)));
    }

    // The standard library does not say which exception is unwinding the stack, in a destructor that it unwinds through;
    // decorated calls catch, and know. Which of the two it was can't be told, so that the text says what is known.
    void left_by_exception() noexcept {
        constexpr std::string_view known = "exception: left by an exception";
        values_.fail(status::error, known);
        if (failed_within_.empty()) { return; }
        meta::catching(
            [&] {
                std::string text(known);
                values_.fail(status::error, text.append("; the last failure within was ").append(failed_within_));
            },
            [] {});
    }
    void note_failure(std::string_view message) noexcept override {
        values_.locked([&] { meta::catching([&] { failed_within_.assign(message); }, [] {}); });
    }

    shared<Recorder> recorder_;
    bool recording_;
    site_facts site_;
    mutex lock_;
    timed_record<clock> values_;
    std::string failed_within_;
    timestamp begun_;  // both events of a run tell the same
};

}  // namespace sonde::call_impl

#endif
