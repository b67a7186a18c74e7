// SPDX-License-Identifier: MIT
// One call under a sink that is not there, while its hooks run: timed where they see its end, counted by its run, no more.
#ifndef SONDE_CALL_UNRECORDED_FRAME_HPP
#define SONDE_CALL_UNRECORDED_FRAME_HPP

#include <sonde/call/run_counts.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/event/status.hpp>

#include <string_view>

namespace sonde {

struct monotonic_clock;

namespace call_impl {

/// What calls that nobody times read instead of a clock.
struct no_clock {
    struct tick {};
    static constexpr tick now() noexcept { return {}; }
    template <class Clock = monotonic_clock>
    static auto elapsed(tick, tick) noexcept {
        return Clock::elapsed({}, {});
    }
};

/// Has what `call_frame` has. The clock is a parameter so that it is read only for hooks that see how a call ended, and so
/// that time/clock.hpp, which brings <chrono>, is needed only with those; so is the span.
/// *Thread safety*: the calling thread's.
template <class Clock, class Span>
class unrecorded_frame {
public:
    explicit unrecorded_frame(site_facts const& site) noexcept : site_(site), start_(Clock::now()), end_(start_) {}

    [[nodiscard]] run_view run() const noexcept { return current_run(); }
    [[nodiscard]] Span span() const noexcept { return {}; }
    [[nodiscard]] sonde::status status() const noexcept { return status_; }
    [[nodiscard]] auto duration() const noexcept { return Clock::elapsed(start_, stopped_ ? end_ : Clock::now()); }

    static constexpr bool keeps_values = false;

    void admit() noexcept { count_call(run_of(context_impl::current()), site_.kind); }
    static constexpr void announce() noexcept {}
    void stop() noexcept {
        end_ = Clock::now();
        stopped_ = true;
    }
    void fail() noexcept {
        stop();
        status_ = status::error;
    }
    void block(std::string_view, std::string_view) noexcept {
        stop();
        status_ = status::blocked;
        count_violation(run_of(context_impl::current()));
    }
    static constexpr void skip(std::string_view) noexcept {}
    static constexpr void report_ignored(std::string_view) noexcept {}
    static constexpr void close() noexcept {}
    // Of a coroutine's.
    static constexpr void attach() noexcept {}
    static constexpr void detach() noexcept {}
    template <class Value>
    static constexpr void chunk(Value const&) noexcept {}

private:
    site_facts const& site_;
    [[no_unique_address]] typename Clock::tick start_;
    [[no_unique_address]] typename Clock::tick end_;
    sonde::status status_ = sonde::status::success;
    bool stopped_ = false;
};

}  // namespace call_impl

}  // namespace sonde

#endif
