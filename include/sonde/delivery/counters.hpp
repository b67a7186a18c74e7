// SPDX-License-Identifier: MIT
// Where a sink counts.
#ifndef SONDE_DELIVERY_COUNTERS_HPP
#define SONDE_DELIVERY_COUNTERS_HPP

#include <sonde/delivery/stats.hpp>

#include <atomic>
#include <cstdint>

namespace sonde {

/// The counts behind `stats`. What callers' threads count and what the delivering side counts lie on different cache
/// lines, so that neither slows the other.
/// *Thread safety*: any. *Units and bounds*: `read()` never shows more outcomes than events accepted; what lies between
/// is `queued`.
class counters {
    // Not std::hardware_destructive_interference_size, which is a matter of compiler flags and so of no stable layout.
    static constexpr std::size_t cache_line = 64;

public:
    class count {
    public:
        void add(std::uint64_t events = 1) noexcept { value_.fetch_add(events, std::memory_order_release); }
        [[nodiscard]] std::uint64_t read() const noexcept { return value_.load(std::memory_order_acquire); }
        /// For a count that goes down too. *Thread safety*: one thread writes it.
        void set(std::uint64_t events) noexcept { value_.store(events, std::memory_order_release); }
        void reset() noexcept { value_.store(0, std::memory_order_relaxed); }

    private:
        std::atomic<std::uint64_t> value_{0};
    };

    alignas(cache_line) count accepted;
    count after_shutdown, encoding_failed, queue_full;
    alignas(cache_line) count delivered;
    count rejected, transport_failed, spool_lost, spooled, retries, batches, bytes, internal_errors;

    [[nodiscard]] stats read() const noexcept {
        stats seen{.delivered = delivered.read(),
                   .rejected = rejected.read(),
                   .dropped = {.queue_full = queue_full.read(),
                               .after_shutdown = after_shutdown.read(),
                               .transport_failed = transport_failed.read(),
                               .encoding_failed = encoding_failed.read(),
                               .spool_lost = spool_lost.read()},
                   // After the outcomes: an event leaves the disk before it is counted as anything else.
                   .spooled = spooled.read(),
                   .retries = retries.read(),
                   .batches = batches.read(),
                   .bytes = bytes.read(),
                   .internal_errors = internal_errors.read()};
        // Last: an event is counted as accepted before anything becomes of it.
        seen.accepted = accepted.read();
        seen.queued = seen.accepted - seen.delivered - seen.rejected - seen.dropped - seen.spooled;
        return seen;
    }

    void reset() noexcept {
        for (auto* each : {&accepted, &after_shutdown, &encoding_failed, &queue_full, &delivered, &rejected,
                           &transport_failed, &spool_lost, &spooled, &retries, &batches, &bytes, &internal_errors}) {
            each->reset();
        }
    }
};

}  // namespace sonde

#endif
