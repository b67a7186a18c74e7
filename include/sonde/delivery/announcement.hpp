// SPDX-License-Identifier: MIT
// Lets any number of threads wait until another has something to tell.
#ifndef SONDE_DELIVERY_ANNOUNCEMENT_HPP
#define SONDE_DELIVERY_ANNOUNCEMENT_HPP

#include <sonde/delivery/waitable_word.hpp>
#include <sonde/time/deadline.hpp>

#include <atomic>
#include <cstdint>

namespace sonde {

/// Counts what was announced. Whoever waits remembers the count, looks whether what it waits for has come, and only then
/// waits for the count to change: no announcement is missed in between.
/// *Thread safety*: any; what is done before `announce` is seen after the `wait` that it ends.
class announcement {
public:
    [[nodiscard]] std::uint32_t count() const noexcept { return count_.value.load(std::memory_order_acquire); }

    void announce() noexcept {
        count_.value.fetch_add(1, std::memory_order_release);
        count_.wake_all();
    }

    /// False when `until` has passed and the count is `seen` still.
    bool wait(std::uint32_t seen, deadline until) noexcept {
        while (count() == seen) {
            if (until.passed()) { return false; }
            count_.sleep_while(seen, until);
        }
        return true;
    }

private:
    waitable_word count_;
};

}  // namespace sonde

#endif
