// SPDX-License-Identifier: MIT
// A clock that stands still until a test moves it.
#ifndef SONDE_TESTING_MANUAL_CLOCK_HPP
#define SONDE_TESTING_MANUAL_CLOCK_HPP

#include <sonde/config.hpp>
#include <sonde/time/timestamp.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sonde {

/// The clock of whatever names it with `using clock = sonde::manual_clock`. One in a process; it begins at
/// 2026-01-01T00:00:00Z.
/// *Thread safety*: any.
/// *Example*: docs/examples/manual_clock.cpp
struct SONDE_SHARED manual_clock {
    using tick = std::int64_t;  ///< nanoseconds since the test began

    // Acquire, and release below: who sees the clock moved sees what was done before.
    static tick now() noexcept { return now_.load(std::memory_order_acquire); }
    static timestamp utc(tick at) noexcept { return {unix_offset_.load(std::memory_order_acquire) + at}; }
    static std::uint64_t nanoseconds(tick from, tick to) noexcept {
        return to > from ? static_cast<std::uint64_t>(to - from) : 0;
    }
    static std::chrono::nanoseconds elapsed(tick from, tick to) noexcept {
        return std::chrono::nanoseconds(nanoseconds(from, to));
    }

    /// Lets time pass. *Requires*: not less than none, since a clock never goes back.
    static void advance(std::chrono::nanoseconds by) noexcept {
        now_.fetch_add(by.count() > 0 ? by.count() : 0, std::memory_order_release);
    }
    /// Says what time it is, as when a system clock is set: no duration changes, past ticks become other moments.
    static void set_utc(timestamp moment) noexcept {
        unix_offset_.store(moment.unix_nanoseconds - now(), std::memory_order_release);
    }

private:
    static inline constinit std::atomic<tick> now_{0};
    static inline constinit std::atomic<std::int64_t> unix_offset_{1'767'225'600'000'000'000};
};

}  // namespace sonde

#endif
