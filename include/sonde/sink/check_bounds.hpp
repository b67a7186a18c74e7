// SPDX-License-Identifier: MIT
// Refuses options out of their bounds.
#ifndef SONDE_SINK_CHECK_BOUNDS_HPP
#define SONDE_SINK_CHECK_BOUNDS_HPP

#include <sonde/event/exception.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

/// Throws a `config_error` unless `least <= value <= most`.
inline void check_bounds(std::string_view field, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
    if (value >= least && value <= most) { return; }
    raise(config_error(field, std::to_string(value), std::to_string(least) + " to " + std::to_string(most)));
}

}  // namespace sonde

#endif
