// SPDX-License-Identifier: MIT
// A number that threads can wait for to change, until a deadline.
#ifndef SONDE_DELIVERY_WAITABLE_WORD_HPP
#define SONDE_DELIVERY_WAITABLE_WORD_HPP

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

/// What `std::atomic::wait` is, with a deadline. *Thread safety*: any.
class waitable_word {
public:
    std::atomic<std::uint32_t> value{0};

    /// Sleeps while `value` is `seen`, until `until` or until it is woken; it may end early.
    void sleep_while(std::uint32_t seen, deadline until) noexcept;
    void wake_one() noexcept;
    void wake_all() noexcept;

#if !defined(__linux__)
private:
    std::mutex mutex_;
    std::condition_variable changed_;
#endif
};

#if defined(__linux__)

// *Source*: futex(2).
inline void waitable_word::sleep_while(std::uint32_t seen, deadline until) noexcept {
    static_assert(sizeof value == 4 && std::atomic<std::uint32_t>::is_always_lock_free);
    // By the monotonic clock, which std::chrono::steady_clock is here; as a point in time, so that nothing adds up.
    auto const nanoseconds = until.at().time_since_epoch().count();
    timespec const at{static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
    ::syscall(SYS_futex, &value, FUTEX_WAIT_BITSET_PRIVATE, seen, &at, nullptr, FUTEX_BITSET_MATCH_ANY);
}
inline void waitable_word::wake_one() noexcept {
    ::syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}
inline void waitable_word::wake_all() noexcept {
    ::syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

#else

inline void waitable_word::sleep_while(std::uint32_t seen, deadline until) noexcept {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until.at(), [&] { return value.load(std::memory_order_relaxed) != seen; });
}
// Between its last look at the value and its sleep, whoever waits has the lock.
inline void waitable_word::wake_one() noexcept {
    { std::lock_guard const lock(mutex_); }
    changed_.notify_one();
}
inline void waitable_word::wake_all() noexcept {
    { std::lock_guard const lock(mutex_); }
    changed_.notify_all();
}

#endif

}  // namespace sonde

#endif
