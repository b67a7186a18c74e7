// SPDX-License-Identifier: MIT
// What a written event survives.
#ifndef SONDE_DELIVERY_DURABILITY_HPP
#define SONDE_DELIVERY_DURABILITY_HPP

#include <cstdint>

namespace sonde {

/// How soon a sink that delivers in the background puts events where a crash can't reach them. A flush, a shutdown and the
/// program's exit put all there that came before, whichever it is.
enum class durability : std::uint8_t {
    none,              ///< written when many have gathered: a crash of the program may cost them
    flush_interval,    ///< written at the latest after the flush interval; a crash of the system may cost them
    fsync_each_batch,  ///< the same, and each batch is on the disk before the next is written
};

}  // namespace sonde

#endif
