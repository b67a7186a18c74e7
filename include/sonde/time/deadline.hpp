// SPDX-License-Identifier: MIT
// When to stop waiting.
#ifndef SONDE_TIME_DEADLINE_HPP
#define SONDE_TIME_DEADLINE_HPP

#include <sonde/meta/inert.hpp>

#include <chrono>
#include <cstdint>
#include <ratio>
#include <type_traits>

namespace sonde {

/// A point in time, given as such or as a duration from now. Fixed once, when it is made: however many steps then share
/// it, they end together.
/// *Units and bounds*: any std::chrono duration or time point; what the steady clock can't express is as late, or as
/// early, as it can.
class deadline {
    using clock = std::chrono::steady_clock;

public:
    template <class Rep, class Period>
    deadline(std::chrono::duration<Rep, Period> from_now) noexcept : at_(after(clock::now(), from_now)) {}
    deadline(clock::time_point at) noexcept : at_(at) {}
    template <class Clock, class Duration>
    deadline(std::chrono::time_point<Clock, Duration> at) noexcept
        : at_(after(clock::now(), since_epoch(at) - since_epoch(Clock::now()))) {}
    template <class Number>
        requires std::is_arithmetic_v<Number>
    deadline(Number) noexcept {
        static_assert(meta::never<Number>,
                      "sonde: a number is not a deadline: it has no unit. Write std::chrono::seconds(5), or 5s with "
                      "using namespace std::chrono_literals. See docs/errors.md#deadline");
    }

    [[nodiscard]] clock::time_point at() const noexcept { return at_; }
    [[nodiscard]] bool passed() const noexcept { return clock::now() >= at_; }

    /// Zero once it has passed.
    [[nodiscard]] std::chrono::nanoseconds remaining() const noexcept {
        auto const now = clock::now();
        return at_ > now ? std::chrono::duration_cast<std::chrono::nanoseconds>(at_ - now)
                         : std::chrono::nanoseconds{0};
    }

private:
    using seconds = std::chrono::duration<double>;

    template <class Clock, class Duration>
    static seconds since_epoch(std::chrono::time_point<Clock, Duration> at) noexcept {
        return std::chrono::duration_cast<seconds>(at.time_since_epoch());
    }

    // Compared in floating point, since `hours::max()` is no number of nanoseconds.
    template <class Rep, class Period>
    static clock::time_point after(clock::time_point now, std::chrono::duration<Rep, Period> wait) noexcept {
        auto const wanted = std::chrono::duration_cast<seconds>(wait);
        constexpr clock::time_point latest{clock::duration(INT64_MAX)};
        auto const most = std::chrono::duration_cast<seconds>(latest - now);
        if (wanted >= most) { return latest; }
        if (!(wanted.count() > 0)) { return now; }
        return now + std::chrono::duration_cast<clock::duration>(wait);
    }

    clock::time_point at_;
};

}  // namespace sonde

#endif
