// SPDX-License-Identifier: MIT
// The clock that calls are timed with, chosen as a type.
#ifndef SONDE_TIME_CLOCK_HPP
#define SONDE_TIME_CLOCK_HPP

#include <sonde/time/timestamp.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>

namespace sonde {

/// What a clock is: `now()` reads it, `utc` says which moment a reading was, `nanoseconds` how far two readings of a
/// thread are apart (never negative). A sink names another than `tick_clock` with `using clock = ...`.
template <class Clock>
concept tick_source = requires(typename Clock::tick tick) {
    { Clock::now() } noexcept -> std::same_as<typename Clock::tick>;
    { Clock::utc(tick) } noexcept -> std::same_as<timestamp>;
    { Clock::nanoseconds(tick, tick) } noexcept -> std::same_as<std::uint64_t>;
};

/// `std::chrono::steady_clock`, tied to UTC per thread: read once a second beside the system clock, because stepping the
/// system clock must show in timestamps, and reading it each time would double a call's cost.
/// *Units and bounds*: nanoseconds; a step of the system clock shows within a second. *Thread safety*: any.
struct monotonic_clock {
    using tick = std::int64_t;  ///< nanoseconds since an arbitrary moment

    static tick now() noexcept { return nanoseconds_of(std::chrono::steady_clock::now()); }

    static timestamp utc(tick at) noexcept {
        struct anchor {
            tick steady;
            std::int64_t unix_nanoseconds;
        };
        thread_local constinit anchor tie{-anchor_age - 1, 0};
        if (at - tie.steady > anchor_age) [[unlikely]] {
            tie = {now(), nanoseconds_of(std::chrono::system_clock::now())};
        }
        return {tie.unix_nanoseconds + (at - tie.steady)};
    }

    static std::uint64_t nanoseconds(tick from, tick to) noexcept {
        return to > from ? static_cast<std::uint64_t>(to - from) : 0;
    }
    static std::chrono::nanoseconds elapsed(tick from, tick to) noexcept { return std::chrono::nanoseconds(to - from); }

private:
    static constexpr tick anchor_age = 1'000'000'000;

    template <class Moment>
    static std::int64_t nanoseconds_of(Moment moment) noexcept {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(moment.time_since_epoch()).count();
    }
};

}  // namespace sonde

#endif
