// SPDX-License-Identifier: MIT
// What became of the events that a sink took.
#ifndef SONDE_DELIVERY_DELIVERY_REPORT_HPP
#define SONDE_DELIVERY_DELIVERY_REPORT_HPP

#include <cstdint>

namespace sonde {

/// The answer of `flush` and `shutdown`: what became of everything the sink has taken since it was made. The five add up
/// to what it has accepted.
struct delivery_report {
    std::uint64_t delivered = 0;     ///< arrived
    std::uint64_t spooled = 0;       ///< kept on disk, to be sent later
    std::uint64_t dropped = 0;       ///< lost, and counted
    std::uint64_t rejected = 0;      ///< refused by the receiver
    std::uint64_t still_queued = 0;  ///< neither, when the deadline passed

    constexpr delivery_report& operator+=(delivery_report const& other) noexcept {
        delivered += other.delivered;
        spooled += other.spooled;
        dropped += other.dropped;
        rejected += other.rejected;
        still_queued += other.still_queued;
        return *this;
    }
    friend constexpr bool operator==(delivery_report const&, delivery_report const&) = default;
};

}  // namespace sonde

#endif
