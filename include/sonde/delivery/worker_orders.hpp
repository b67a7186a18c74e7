// SPDX-License-Identifier: MIT
// What callers want of a worker, and how far it has come.
#ifndef SONDE_DELIVERY_WORKER_ORDERS_HPP
#define SONDE_DELIVERY_WORKER_ORDERS_HPP

#include <sonde/delivery/announcement.hpp>
#include <sonde/time/deadline.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sonde {

/// Flushes are counted: whoever asks for one waits until the worker has done as many. The end is one more, after which the
/// worker finishes; when there is no time left for that, it delivers no more.
/// *Thread safety*: any; what the worker says is its own to say.
class worker_orders {
    using time_point = std::chrono::steady_clock::time_point;

public:
    /// Asks for a flush. The number to wait for.
    std::uint64_t ask() noexcept {
        // Release: the worker that sees the number sees all that was published before.
        return asked_.fetch_add(1, std::memory_order_acq_rel) + 1;
    }
    /// Asks it to finish by `until`, the last that was said. One that can keep what it does not deliver gets time for that:
    /// the last quarter, half a second at most.
    void stop(deadline until, bool keeps) noexcept {
        auto const quarter = until.remaining() / 4;
        auto const early = quarter < time_to_keep ? quarter : time_to_keep;
        // Relaxed, here and below: the worker looks at it again and again.
        no_time_at_.store(count(keeps ? until.at() - early : until.at()), std::memory_order_relaxed);
        ask();
        stopping_.store(true, std::memory_order_release);
    }
    /// The program exits at `until`: what is not delivered by then is to be kept.
    void exit(deadline until) noexcept {
        no_time_at_.store(count(until.at() - time_to_keep), std::memory_order_relaxed);
    }
    /// It has had its time, and goes on as before, unless it was asked to finish meanwhile.
    void exit_no_more(deadline until) noexcept {
        auto expected = count(until.at() - time_to_keep);
        no_time_at_.compare_exchange_strong(expected, never, std::memory_order_relaxed);
    }

    [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }
    /// Waits for a flush, or for the end, until `until`.
    void await_flush(std::uint64_t number, deadline until) noexcept {
        await(until, [&] { return done_.load(std::memory_order_acquire) >= number; });
    }
    void await_end(deadline until) noexcept {
        await(until, [] { return false; });
    }

    // The worker's.

    [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t asked() const noexcept { return asked_.load(std::memory_order_acquire); }
    [[nodiscard]] time_point no_time_at() const noexcept {
        return time_point{time_point::duration(no_time_at_.load(std::memory_order_relaxed))};
    }
    /// The flushes up to `number` are done.
    void done(std::uint64_t number) noexcept {
        if (done_.load(std::memory_order_relaxed) == number) { return; }
        done_.store(number, std::memory_order_release);
        news_.announce();
    }
    void finish() noexcept {
        finished_.store(true, std::memory_order_release);
        news_.announce();
    }

private:
    static constexpr std::chrono::nanoseconds time_to_keep = std::chrono::milliseconds(500);
    static constexpr std::int64_t never = INT64_MAX;
    static std::int64_t count(time_point at) noexcept { return at.time_since_epoch().count(); }

    template <class Done>
    void await(deadline until, Done&& is_done) noexcept {
        for (;;) {
            auto const seen = news_.count();
            if (is_done() || finished() || !news_.wait(seen, until)) { return; }
        }
    }

    announcement news_;
    std::atomic<std::uint64_t> asked_{0}, done_{0};
    std::atomic<std::int64_t> no_time_at_{never};
    std::atomic<bool> stopping_{false}, finished_{false};
};

}  // namespace sonde

#endif
