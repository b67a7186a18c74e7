// SPDX-License-Identifier: MIT
// Lets any number of threads wait until another has something to tell.
#ifndef SONDE_DELIVERY_ANNOUNCEMENT_HPP
#define SONDE_DELIVERY_ANNOUNCEMENT_HPP

#include <sonde/time/deadline.hpp>

#include <atomic>
#include <cstdint>

#if defined(__linux__)
#include <climits>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#else
#include <condition_variable>
#include <mutex>
#endif

namespace sonde {

/// Counts what was announced. Whoever waits remembers the count, looks whether what it waits for has come, and only then
/// waits for the count to change: no announcement is missed in between.
/// *Thread safety*: any; what is done before `announce` is seen after the `wait` that it ends.
class announcement {
public:
    [[nodiscard]] std::uint32_t count() const noexcept { return count_.load(std::memory_order_acquire); }

    void announce() noexcept {
        count_.fetch_add(1, std::memory_order_release);
        notify();
    }

    /// False when `until` has passed and the count is `seen` still.
    bool wait(std::uint32_t seen, deadline until) noexcept {
        while (count() == seen) {
            if (until.passed()) { return false; }
            sleep(seen, until);
        }
        return true;
    }

private:
#if defined(__linux__)
    void notify() noexcept { ::syscall(SYS_futex, &count_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0); }
    void sleep(std::uint32_t seen, deadline until) noexcept {
        static_assert(sizeof count_ == 4 && std::atomic<std::uint32_t>::is_always_lock_free);
        auto const nanoseconds = until.at().time_since_epoch().count();
        timespec const at{static_cast<time_t>(nanoseconds / 1'000'000'000),
                          static_cast<long>(nanoseconds % 1'000'000'000)};
        ::syscall(SYS_futex, &count_, FUTEX_WAIT_BITSET_PRIVATE, seen, &at, nullptr, FUTEX_BITSET_MATCH_ANY);
    }
#else
    void notify() noexcept {
        { std::lock_guard const lock(mutex_); }
        changed_.notify_all();
    }
    void sleep(std::uint32_t seen, deadline until) noexcept {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until.at(), [&] { return count_.load(std::memory_order_relaxed) != seen; });
    }
    std::mutex mutex_;
    std::condition_variable changed_;
#endif

    std::atomic<std::uint32_t> count_{0};
};

}  // namespace sonde

#endif
