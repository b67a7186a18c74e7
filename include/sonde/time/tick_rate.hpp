// SPDX-License-Identifier: MIT
// How long the ticks of a counter are, measured against a clock while both run.
#ifndef SONDE_TIME_TICK_RATE_HPP
#define SONDE_TIME_TICK_RATE_HPP

#include <atomic>
#include <cstdint>

#if defined(__SIZEOF_INT128__)

namespace sonde {

/// One moment as a counter and a clock have it.
struct tick_pair {
    std::int64_t tick;
    std::int64_t nanoseconds;
    std::int64_t gap;  ///< ticks between the readings on both sides of the clock's: how far off the pair may be
};

/// A pair is off by some 50 ns. So a rate from pairs at least as far apart as the duration it converts is wrong by some
/// 100 ns there, however short that is: nobody needs to wait for a rate. It is measured anew as the pairs get further
/// apart, then every second or more, by which it follows a clock that is being slewed.
/// *Units and bounds*: from 1 MHz to 10 GHz; a rate that differs by over 1000 ppm from the one before is believed when it
/// is seen twice. *Thread safety*: any, and nobody waits; `start` happens before all else.
class tick_rate {
public:
    static constexpr std::int64_t second = 1'000'000'000;

    constexpr tick_rate() noexcept = default;

    /// No tick that is ever asked for is before this one.
    void start(tick_pair const& first) noexcept {
        first_ = first;
        restart(first);
    }
    /// Ticks are nanoseconds, for ever.
    void start_as_nanoseconds() noexcept {
        rate_.store(std::uint64_t{1} << shift, std::memory_order_relaxed);
        due_after_.store(UINT64_MAX, std::memory_order_relaxed);
        covered_.store(INT64_MAX, std::memory_order_release);
    }

    /// Whether the present rate is good for a duration.
    [[nodiscard]] bool covers(std::uint64_t ticks) const noexcept {
        // Acquire, and release in `renew`: who sees what a rate covers sees that rate, or a later one.
        return ticks <= static_cast<std::uint64_t>(covered_.load(std::memory_order_acquire));
    }
    [[nodiscard]] std::uint64_t nanoseconds(std::uint64_t ticks) const noexcept {
        return scaled(ticks, rate_.load(std::memory_order_relaxed));
    }
    /// The same for a duration that is not covered, with a pair read after its end.
    [[nodiscard]] std::uint64_t nanoseconds(std::uint64_t ticks, tick_pair const& now) noexcept {
        bool const observed = observe(now);
        auto const age = span(first_.tick, now.tick);
        if (now.tick > first_.tick) {
            auto const mean = quotient(now.nanoseconds - first_.nanoseconds, age);
            // While another thread is measuring the first rates, those there are may be no good for this duration. And most of
            // what the counter has run is converted best by its mean, unless something happened meanwhile.
            if ((!observed && doubt_.load(std::memory_order_relaxed) > fine) ||
                (ticks > age / 2 && agree(mean, rate_.load(std::memory_order_relaxed), steadfast))) {
                return scaled(ticks, mean);
            }
        }
        return nanoseconds(ticks);
    }
    /// As ticks, about.
    [[nodiscard]] std::int64_t ticks_in(std::int64_t nanoseconds) const noexcept {
        auto const rate = rate_.load(std::memory_order_relaxed);
        return rate == 0 ? 0 : static_cast<std::int64_t>(quotient(nanoseconds, rate));
    }

    /// Whether it is time to `observe` again. Also true for ticks before the last beginning: the counter jumped back.
    [[nodiscard]] bool due(std::int64_t tick) const noexcept {
        return span(origin_tick_.load(std::memory_order_relaxed), tick) >= due_after_.load(std::memory_order_relaxed);
    }

    /// Takes a pair into account, unless another thread is at it: then false.
    bool observe(tick_pair const& now) noexcept {
        auto held = holder_.load(std::memory_order_relaxed);
        // Whoever holds it that long is the thread of a process that this one was forked from. But one that came later may
        // hold it too, with a pair that is newer than this.
        if (held != 0 && span(held, now.tick) + patience < 2 * patience) { return false; }
        if (!holder_.compare_exchange_strong(held, now.tick | 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
            return false;
        }
        renew(now);
        holder_.store(0, std::memory_order_release);
        return true;
    }

private:
    __extension__ using wide = unsigned __int128;
    static constexpr int shift = 48;  // 10 ns a tick, and 0.1 ns to 14 digits
    static constexpr std::int64_t covered_most =
        second / 100;  // longer than this, it is worth asking for a fresher rate
    static constexpr std::uint64_t patience = std::uint64_t{1} << 33;  // ticks: over a second
    static constexpr double unknown = 1e300, implausible = 1e-3, steadfast = 2e-5, fine = 2.5e-7;

    // Modulo 2^64, since counters and jumps may be anything.
    static std::uint64_t span(std::int64_t from, std::int64_t to) noexcept {
        return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    }

    static std::uint64_t scaled(std::uint64_t ticks, std::uint64_t rate) noexcept {
        return static_cast<std::uint64_t>(wide{ticks} * rate >> shift);
    }
    static std::uint64_t quotient(std::int64_t nanoseconds, std::uint64_t ticks) noexcept {
        return static_cast<std::uint64_t>((wide{static_cast<std::uint64_t>(nanoseconds)} << shift) / ticks);
    }

    void restart(tick_pair const& now) noexcept {
        origin_tick_.store(now.tick, std::memory_order_relaxed);
        origin_nanoseconds_.store(now.nanoseconds, std::memory_order_relaxed);
        origin_gap_.store(now.gap, std::memory_order_relaxed);
        due_after_.store(static_cast<std::uint64_t>(ticks_in(covered_most)), std::memory_order_relaxed);
    }

    void renew(tick_pair const& now) noexcept {
        auto const ticks = static_cast<std::int64_t>(span(origin_tick_.load(std::memory_order_relaxed), now.tick));
        auto const passed = now.nanoseconds - origin_nanoseconds_.load(std::memory_order_relaxed);
        if (ticks < 0) { return restart(now); }
        if (ticks == 0 || passed <= 0) { return; }
        auto const gaps =
            static_cast<double>(origin_gap_.load(std::memory_order_relaxed)) + static_cast<double>(now.gap);
        auto const doubt = (gaps + 1) / static_cast<double>(ticks);  // relative
        auto const present_doubt = doubt_.load(std::memory_order_relaxed);
        bool const complete = passed >= second && doubt <= fine;
        if (doubt >= present_doubt && !complete) { return; }

        auto const fresh = quotient(passed, static_cast<std::uint64_t>(ticks));
        auto const present = rate_.load(std::memory_order_relaxed);
        auto const slack = implausible + doubt + present_doubt;
        // One of both clocks stood still or jumped: a suspend, or a virtual machine that moved. If the counter has another
        // speed from now on, the next rate agrees with this one or the one after.
        if (present != 0 && !agree(fresh, present, slack) &&
            !agree(fresh, rejected_.load(std::memory_order_relaxed), slack)) {
            rejected_.store(fresh, std::memory_order_relaxed);
            return restart(now);
        }
        rejected_.store(0, std::memory_order_relaxed);
        rate_.store(fresh, std::memory_order_relaxed);
        doubt_.store(doubt, std::memory_order_relaxed);
        auto const most = ticks_in(covered_most);
        covered_.store(ticks < most ? ticks : most, std::memory_order_release);
        if (complete) { restart(now); }
        due_after_.store(complete ? static_cast<std::uint64_t>(ticks_in(second))
                                  : 2 * static_cast<std::uint64_t>(ticks),
                         std::memory_order_relaxed);
    }

    static bool agree(std::uint64_t one, std::uint64_t other, double slack) noexcept {
        auto const apart = static_cast<double>(one) - static_cast<double>(other);
        return (apart < 0 ? -apart : apart) <= slack * static_cast<double>(other);
    }

    tick_pair first_{};
    // Read by all threads.
    std::atomic<std::uint64_t> rate_{0};  // nanoseconds a tick, times 2^shift
    std::atomic<std::int64_t> covered_{0};
    std::atomic<std::uint64_t> due_after_{0};
    // Written by the holder. Atomic nevertheless: one that was taken for gone may come back, and then a rate is wrong, which
    // the next one repairs, but no more.
    std::atomic<std::int64_t> holder_{0};  // the odd tick at which somebody began, or 0
    std::atomic<std::int64_t> origin_tick_{0}, origin_nanoseconds_{0}, origin_gap_{0};
    std::atomic<std::uint64_t> rejected_{0};
    std::atomic<double> doubt_{unknown};
};

}  // namespace sonde

#endif

#endif
