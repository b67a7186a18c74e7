// SPDX-License-Identifier: MIT
// The counts of a sink, and the law that they obey.
#ifndef SONDE_DELIVERY_STATS_HPP
#define SONDE_DELIVERY_STATS_HPP

#include <sonde/delivery/delivery_report.hpp>

#include <cstdint>

namespace sonde {

/// Events lost, by reason. Where a number is wanted it is their sum.
struct drop_counts {
    std::uint64_t queue_full = 0;
    std::uint64_t after_shutdown = 0;    ///< emitted when the sink or its monitor was shut down already
    std::uint64_t transport_failed = 0;  ///< the place they go to did not take them
    std::uint64_t encoding_failed = 0;   ///< there was no memory for it, or code of its own threw
    std::uint64_t spool_lost = 0;        ///< kept on disk, and made way for newer ones there, was damaged or removed

    [[nodiscard]] constexpr std::uint64_t total() const noexcept {
        return queue_full + after_shutdown + transport_failed + encoding_failed + spool_lost;
    }
    constexpr operator std::uint64_t() const noexcept { return total(); }

    constexpr drop_counts& operator+=(drop_counts const& other) noexcept {
        queue_full += other.queue_full;
        after_shutdown += other.after_shutdown;
        transport_failed += other.transport_failed;
        encoding_failed += other.encoding_failed;
        spool_lost += other.spool_lost;
        return *this;
    }
};

/// What a sink has counted since it was made. At rest, always:
/// `accepted == delivered + rejected + dropped + spooled + queued`.
struct stats {
    std::uint64_t accepted = 0;
    std::uint64_t delivered = 0;
    std::uint64_t rejected = 0;
    drop_counts dropped = {};
    std::uint64_t spooled = 0;  ///< on disk now, to be sent later
    std::uint64_t queued = 0;
    std::uint64_t queued_high_water = 0;
    std::uint64_t retries = 0;
    std::uint64_t batches = 0;          ///< given to the transport, whatever came of it
    std::uint64_t bytes = 0;            ///< delivered
    std::uint64_t internal_errors = 0;  ///< caught within the library, or thrown by an `on_error`

    /// The counts of two sinks as those of one that hands each event to both.
    constexpr stats& operator+=(stats const& other) noexcept {
        accepted += other.accepted;
        delivered += other.delivered;
        rejected += other.rejected;
        dropped += other.dropped;
        spooled += other.spooled;
        queued += other.queued;
        queued_high_water += other.queued_high_water;
        retries += other.retries;
        batches += other.batches;
        bytes += other.bytes;
        internal_errors += other.internal_errors;
        return *this;
    }
};

/// The report that these counts make.
constexpr delivery_report report_of(stats const& counts) noexcept {
    return {.delivered = counts.delivered,
            .spooled = counts.spooled,
            .dropped = counts.dropped.total(),
            .rejected = counts.rejected,
            .still_queued = counts.queued};
}

}  // namespace sonde

#endif
