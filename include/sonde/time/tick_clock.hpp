// SPDX-License-Identifier: MIT
// The clock that calls are timed with by default: the processor's time-stamp counter, where it is one to go by.
#ifndef SONDE_TIME_TICK_CLOCK_HPP
#define SONDE_TIME_TICK_CLOCK_HPP

#include <sonde/config.hpp>
#include <sonde/time/clock.hpp>
#include <sonde/time/tick_rate.hpp>
#include <sonde/time/timestamp.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace sonde {

#if defined(__SIZEOF_INT128__)

/// A counter as a clock, or `Readings::steady()` where the counter is not `usable()`. Which one is decided once in a
/// process, with the first reading; only then may a thread wait, for another that is deciding.
/// *Units and bounds*: durations are off by some 100 ns, or 1 ppm where that is more, against `steady()`; those that the
/// machine was suspended in may include the suspension. Timestamps of ticks younger than 5 ms are within 10 µs of
/// `system()`, and don't decrease on a thread unless that clock is set back. Not promised: the first 5 ms after a resume,
/// on machines whose counter stood still meanwhile.
/// *Thread safety*: any.
template <class Readings>
struct SONDE_SHARED basic_tick_clock {
    using tick = std::int64_t;

    static tick now() noexcept {
        // Acquire, for the rate that was started before; on x86-64 it is a plain load.
        if (source_.load(std::memory_order_acquire) == source::counter) [[likely]] { return Readings::counter(); }
        return now_otherwise();
    }

    static timestamp utc(tick at) noexcept {
        thread_local constinit anchor tie{};
        if (!tie.reaches(at)) [[unlikely]] { renew(tie); }
        auto const moment = tie.moment(at);
        return {moment < tie.least && at >= tie.least_from ? tie.least : moment};
    }

    static std::uint64_t nanoseconds(tick from, tick to) noexcept {
        return to > from ? length(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)) : 0;
    }
    static std::chrono::nanoseconds elapsed(tick from, tick to) noexcept {
        return std::chrono::nanoseconds(nanoseconds(from, to));
    }

private:
    enum class source : unsigned char { undecided, counter, steady };

    // 500 ppm, as fast as clocks are slewed, make 2.5 µs in this time; 5 µs when the direction changes within it.
    static constexpr std::int64_t reach_nanoseconds = 5'000'000;
    static constexpr std::int64_t noise = 10'000;  // nanoseconds: going back by more, the system clock was set

    // What ties a thread's ticks to UTC.
    struct anchor {
        tick at = INT64_MIN;
        std::int64_t unix_nanoseconds = 0;
        std::int64_t reach = 0;
        // The most that the anchor before may have given, and the tick it gave it for.
        std::int64_t least = INT64_MIN;
        tick least_from = 0;

        [[nodiscard]] bool reaches(tick other) const noexcept {
            auto const around = static_cast<std::uint64_t>(reach);
            return static_cast<std::uint64_t>(other) - static_cast<std::uint64_t>(at) + around <= 2 * around;
        }
        [[nodiscard]] std::int64_t moment(tick other) const noexcept {
            return other >= at ? unix_nanoseconds + static_cast<std::int64_t>(nanoseconds(at, other))
                               : unix_nanoseconds - static_cast<std::int64_t>(nanoseconds(other, at));
        }
    };

    static std::uint64_t length(std::uint64_t ticks) noexcept {
        if (rate_.covers(ticks)) [[likely]] { return rate_.nanoseconds(ticks); }
        return rate_.nanoseconds(ticks, best_pair(&now, &Readings::steady));
    }

    // Of a few tries the one that was disturbed least.
    [[gnu::noinline, gnu::cold]] static tick_pair best_pair(tick (*count)() noexcept,
                                                            std::int64_t (*clock)() noexcept) noexcept {
        tick_pair best{count(), clock(), INT64_MAX};
        for (int i = 0; i < 4; ++i) {
            auto const before = count();
            auto const moment = clock();
            auto const gap = count() - before;
            if (gap >= 0 && gap < best.gap) { best = {before + gap / 2, moment, gap}; }
        }
        return best;
    }

    [[gnu::noinline, gnu::cold]] static void renew(anchor& tie) noexcept {
        auto const present = now();
        if (tie.reaches(present)) { return; }  // it is the tick that is old
        if (rate_.due(present)) { rate_.observe(best_pair(&now, &Readings::steady)); }
        auto const pair = best_pair(&now, &Readings::system);
        auto const before = tie;
        tie = {pair.tick, pair.nanoseconds, rate_.ticks_in(reach_nanoseconds), INT64_MIN, 0};
        // Time stands still for some microseconds rather than going back.
        auto const end = before.at + before.reach;
        if (before.at < 0 || end > pair.tick || !tie.reaches(end)) { return; }
        auto const most = before.moment(end) > before.least ? before.moment(end) : before.least;
        if (most > tie.moment(end) && most - tie.moment(end) <= noise) { tie.least = most, tie.least_from = end; }
    }

    [[gnu::noinline, gnu::cold]] static tick now_otherwise() noexcept {
        static bool const counting = choose();
        return counting ? Readings::counter() : Readings::steady();
    }

    static bool choose() noexcept {
        bool counting = Readings::usable();
        if (counting) {
            auto const first = best_pair(&Readings::counter, &Readings::steady);
            auto last = first.tick;
            for (int i = 0; i < 8; ++i) {
                auto const next = Readings::counter();
                counting = counting && next >= last;
                last = next;
            }
            counting = counting && first.gap != INT64_MAX && last > first.tick;
            rate_.start(first);
        }
        if (!counting) { rate_.start_as_nanoseconds(); }
        source_.store(counting ? source::counter : source::steady, std::memory_order_release);
        return counting;
    }

    // Of the process: a tick may be read in one shared library and used in another.
    static inline constinit std::atomic<source> source_{source::undecided};
    static inline constinit tick_rate rate_{};
};

#endif

#if defined(__x86_64__) && defined(__SIZEOF_INT128__)

/// *Source*: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, Invariant TSC.
struct SONDE_SHARED time_stamp_counter {
    // Not ordered against other instructions: waiting for them would double what a reading costs.
    static std::int64_t counter() noexcept { return static_cast<std::int64_t>(__builtin_ia32_rdtsc()); }
    static std::int64_t steady() noexcept { return monotonic_clock::now(); }
    static std::int64_t system() noexcept {
        auto const now = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    }
    static bool usable() noexcept {
        constexpr std::uint32_t power_management = 0x8000'0007, invariant = 1U << 8;
        return cpuid(0x8000'0000).a >= power_management && (cpuid(power_management).d & invariant) != 0 && trusted();
    }

private:
    struct registers {
        std::uint32_t a, d;
    };
    // By hand, because <cpuid.h> would give users 138 macros, such as bit_ADX.
    static registers cpuid(std::uint32_t leaf) noexcept {
        std::uint64_t b = 0;
        std::uint32_t a = leaf, c = 0, d = 0;
        // Compilers may need rbx for themselves; the second spelling is for -masm=intel.
        __asm__ volatile("{xchgq %%rbx, %q1|xchg rbx, %q1}\n\tcpuid\n\t{xchgq %%rbx, %q1|xchg rbx, %q1}"
                         : "+a"(a), "+r"(b), "+c"(c), "=d"(d));
        return {a, d};
    }
    // Linux goes by hpet, acpi_pm or jiffies where it found that the counters of several processors differ.
    static bool trusted() noexcept {
        auto* const file = std::fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "rb");
        if (file == nullptr) { return true; }
        char name[2] = {};
        auto const read = std::fread(name, sizeof name, 1, file);
        std::fclose(file);
        return read != 1 || !(name[0] == 'a' || name[0] == 'j' || (name[0] == 'h' && name[1] == 'p'));
    }
};

/// The time-stamp counter if the processor says that it never changes its speed, else the monotonic clock.
struct tick_clock : basic_tick_clock<time_stamp_counter> {};

#else

struct tick_clock : monotonic_clock {};

#endif

}  // namespace sonde

#endif
