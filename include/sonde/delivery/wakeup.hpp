// SPDX-License-Identifier: MIT
// Lets one thread wait for a deadline or for being woken, and any other wake it without a lock.
#ifndef SONDE_DELIVERY_WAKEUP_HPP
#define SONDE_DELIVERY_WAKEUP_HPP

#include <sonde/time/deadline.hpp>

#include <atomic>
#include <cstdint>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#else
#include <chrono>
#include <condition_variable>
#include <mutex>
#endif

namespace sonde {

/// Remembers one wake-up: one that comes while nobody waits ends the next wait at once.
/// *Thread safety*: `wait` one thread at a time, `wake` any; what is done before `wake` is seen after the `wait` it ends.
class wakeup {
public:
    /// Takes no lock (on Linux; elsewhere one that nobody holds while waiting).
    void wake() noexcept {
        // Release: the waiting thread sees what was done before; and in one order with whatever else is sequentially
        // consistent, for those who have two ways to wait. Only who finds it asleep has to call the system.
        if (state_.exchange(woken, std::memory_order_seq_cst) == asleep) { notify(); }
    }

    /// True when woken, false when `until` has passed.
    bool wait(deadline until) noexcept {
        for (;;) {
            if (taken()) { return true; }
            if (until.passed()) { return false; }
            auto expected = awake;
            if (!state_.compare_exchange_strong(expected, asleep, std::memory_order_acquire)) { continue; }
            sleep(until);
        }
    }

    /// Whether it was woken, without waiting. Then the next wait waits.
    bool taken() noexcept { return state_.exchange(awake, std::memory_order_seq_cst) == woken; }

private:
    static constexpr std::uint32_t awake = 0, asleep = 1, woken = 2;

#if defined(__linux__)
    void notify() noexcept { ::syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }
    // May end early.
    void sleep(deadline until) noexcept {
        static_assert(sizeof state_ == 4 && std::atomic<std::uint32_t>::is_always_lock_free);
        // By the monotonic clock, which std::chrono::steady_clock is here; as a point in time, so that nothing adds up.
        auto const nanoseconds = until.at().time_since_epoch().count();
        timespec const at{static_cast<time_t>(nanoseconds / 1'000'000'000),
                          static_cast<long>(nanoseconds % 1'000'000'000)};
        ::syscall(SYS_futex, &state_, FUTEX_WAIT_BITSET_PRIVATE, asleep, &at, nullptr, FUTEX_BITSET_MATCH_ANY);
    }
#else
    void notify() noexcept {
        {
            std::lock_guard const lock(mutex_);
        }  // between its last look at the state and its sleep, the waiter holds it
        changed_.notify_one();
    }
    void sleep(deadline until) noexcept {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until.at(), [&] { return state_.load(std::memory_order_relaxed) != asleep; });
    }
    std::mutex mutex_;
    std::condition_variable changed_;
#endif

    std::atomic<std::uint32_t> state_{awake};
};

}  // namespace sonde

#endif
