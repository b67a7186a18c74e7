// SPDX-License-Identifier: MIT
// Lets one thread wait for a deadline or for being woken, and any other wake it without a lock.
#ifndef SONDE_DELIVERY_WAKEUP_HPP
#define SONDE_DELIVERY_WAKEUP_HPP

#include <sonde/delivery/waitable_word.hpp>
#include <sonde/time/deadline.hpp>

#include <atomic>
#include <cstdint>

namespace sonde {

/// Remembers one wake-up: one that comes while nobody waits ends the next wait at once.
/// *Thread safety*: `wait` one thread at a time, `wake` any; what is done before `wake` is seen after the `wait` it ends.
class wakeup {
public:
    /// Takes no lock (on Linux; elsewhere one that nobody holds while waiting).
    void wake() noexcept {
        // Release: the waiting thread sees what was done before; and in one order with whatever else is sequentially
        // consistent, for those who have two ways to wait. Only who finds it asleep has to call the system.
        if (state_.value.exchange(woken, std::memory_order_seq_cst) == asleep) { state_.wake_one(); }
    }

    /// True when woken, false when `until` has passed.
    bool wait(deadline until) noexcept {
        for (;;) {
            if (taken()) { return true; }
            if (until.passed()) { return false; }
            auto expected = awake;
            if (!state_.value.compare_exchange_strong(expected, asleep, std::memory_order_acquire)) { continue; }
            state_.sleep_while(asleep, until);
        }
    }

    /// Whether it was woken, without waiting. Then the next wait waits.
    bool taken() noexcept { return state_.value.exchange(awake, std::memory_order_seq_cst) == woken; }

private:
    static constexpr std::uint32_t awake = 0, asleep = 1, woken = 2;
    waitable_word state_;
};

}  // namespace sonde

#endif
