// SPDX-License-Identifier: MIT
// How events are gathered on their way: how many at once, how long they wait, how much memory they take.
#ifndef SONDE_DELIVERY_BATCHING_HPP
#define SONDE_DELIVERY_BATCHING_HPP

#include <chrono>
#include <cstddef>

namespace sonde {

/// What a sink tells its delivery policy. `immediate` has no use for it.
struct batching {
    std::size_t batch_size = 0;            ///< events sent together at most; 0: as many as `batch_bytes` takes
    std::size_t batch_bytes = 256 * 1024;  ///< bytes sent together at most, unless one event alone is longer
    std::chrono::nanoseconds flush_interval = std::chrono::milliseconds(100);  ///< how long an event waits at most
    std::size_t queue_bytes = 4 * 1024 * 1024;                                 ///< per emitting thread: a power of two
    std::size_t outbox_bytes = 8 * 1024 * 1024;  ///< of memory: encoded and waiting to be sent
    unsigned retry_attempts = 0;                 ///< further tries of what may go better another time
    bool tell_each = false;                      ///< say on stderr what became of each batch
};

}  // namespace sonde

#endif
