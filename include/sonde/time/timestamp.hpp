// SPDX-License-Identifier: MIT
// A moment in UTC.
#ifndef SONDE_TIME_TIMESTAMP_HPP
#define SONDE_TIME_TIMESTAMP_HPP

#include <compare>
#include <cstdint>

namespace sonde {

/// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Without <chrono>, which costs 31,000 lines in every
/// translation unit that names an event.
struct timestamp {
    std::int64_t unix_nanoseconds = 0;
    friend constexpr auto operator<=>(timestamp, timestamp) = default;
};

}  // namespace sonde

#endif
