// SPDX-License-Identifier: MIT
// A fence whose cost is borne by the side that is rarely taken.
#ifndef SONDE_DELIVERY_ASYMMETRIC_FENCE_HPP
#define SONDE_DELIVERY_ASYMMETRIC_FENCE_HPP

#include <atomic>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace sonde {

/// Where one thread stores A and then loads B, and another stores B and then loads A, one of them must see what the other
/// stored. With a full fence on both sides that takes 20 cycles each time; here the one that does it often keeps only the
/// compiler from reordering, and the other makes all running threads of the process pass a fence.
inline void light_fence() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

/// The other side. False where the system can't: then the order is not certain, and whoever waits for the other side must
/// look again before long.
/// *Source*: membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED (Linux 4.14).
[[nodiscard]] inline bool heavy_fence() noexcept {
#if defined(__linux__) && defined(SYS_membarrier)
    // Once in a process, and again in a fork of it, which inherits the registration.
    static bool const registered = ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    return registered && ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
#else
    return false;
#endif
}

}  // namespace sonde

#endif
