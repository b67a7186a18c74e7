// SPDX-License-Identifier: MIT
// The delivery policy that leaves encoding and sending to a thread of its own.
#ifndef SONDE_DELIVERY_BACKGROUND_HPP
#define SONDE_DELIVERY_BACKGROUND_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/delivery/background_queue.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/overflow.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>

#include <atomic>
#include <chrono>
#include <utility>

namespace sonde {

/// Callers leave each event as bytes in a bounded queue of their thread's, without waiting, locking or allocating; a worker,
/// started with the first event, makes text of it and sends that. What finds no room is dealt with as `Overflow` says.
///
/// A forked child starts with an empty queue and a worker of its own; what was queued in the parent, the parent delivers.
/// When the program exits, what is queued is delivered first.
/// *Units and bounds*: memory: `queue_bytes` for each thread that emits, and twice `outbox_bytes` (delivery/batching.hpp).
template <overflow_policy Overflow = drop_newest>
struct background {
    static constexpr bool spools = true;  ///< it finds the spool of a transport `with_spool`

    /// *Errors*: nothing is thrown but what making it throws for lack of memory.
    /// *Thread safety*: any; moving it, before the first event.
    template <codec Codec, transport Transport>
    class line {
        using queue = background_queue<Codec, Transport, Overflow>;

    public:
        line(Codec codec, Transport transport, error_handler on_error, batching plan = {})
            : queue_(shared<queue>::make(std::move(codec), std::move(transport), std::move(on_error), plan)) {}
        line(line&& other) noexcept : queue_(std::exchange(other.queue_, {})) {}
        line& operator=(line&&) = delete;  // what is queued for the one would be gone
        /// Delivers what is queued, for at most 5 s.
        ~line() {
            if (!queue_) { return; }
            // Not again, where the monitor has waited for it already.
            if (!had_its_time_.load(std::memory_order_relaxed)) { queue_->shutdown(its_time, queue_); }
            queue_->let_go();
        }

        template <event Event>
        [[gnu::always_inline]] void accept(Event const& event, envelope const& from) noexcept {
            queue_->accept(event, from, queue_);
        }
        /// Waits until all that was accepted before is settled.
        delivery_report flush(deadline until) noexcept { return queue_->flush(until, queue_); }
        /// The same; events that come later are counted as dropped, and the worker ends.
        delivery_report shutdown(deadline until) noexcept {
            if (until.remaining() > its_time - std::chrono::seconds(1)) {
                had_its_time_.store(true, std::memory_order_relaxed);
            }
            return queue_->shutdown(until, queue_);
        }
        [[nodiscard]] sonde::stats stats() const noexcept { return queue_->stats(); }
        void report(exception const& error) noexcept { queue_->report(error); }
        [[nodiscard]] Codec const& codec() const noexcept { return queue_->codec(); }
        [[nodiscard]] Transport const& transport() const noexcept { return queue_->transport(); }

    private:
        static constexpr std::chrono::seconds its_time{5};
        std::atomic<bool> had_its_time_{false};
        shared<queue> queue_;
    };
};

}  // namespace sonde

#endif
