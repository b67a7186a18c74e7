// SPDX-License-Identifier: MIT
// Keeps a thread that is to be cancelled from being cancelled within a write.
#ifndef SONDE_DELIVERY_CANCELLATION_GUARD_HPP
#define SONDE_DELIVERY_CANCELLATION_GUARD_HPP

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace sonde {

/// While it lives, `pthread_cancel` has no effect on this thread; a request waits. `write` and other calls act on it
/// otherwise, by unwinding the stack, which ends the process where a function on it is `noexcept`.
/// *Source*: POSIX.1-2017, XSH 2.9.5.
class cancellation_guard {
public:
#if !defined(_WIN32)
    cancellation_guard() noexcept { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
    ~cancellation_guard() { pthread_setcancelstate(before_, nullptr); }
#else
    cancellation_guard() noexcept {}
#endif
    cancellation_guard(cancellation_guard const&) = delete;  // the state is this thread's
    cancellation_guard& operator=(cancellation_guard const&) = delete;

private:
    [[maybe_unused]] int before_ = 0;
};

}  // namespace sonde

#endif
