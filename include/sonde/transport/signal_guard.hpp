// SPDX-License-Identifier: MIT
// Keeps a write that fails from ending the program.
#ifndef SONDE_TRANSPORT_SIGNAL_GUARD_HPP
#define SONDE_TRANSPORT_SIGNAL_GUARD_HPP

#include <pthread.h>
#include <signal.h>

namespace sonde {

/// While it lives, SIGPIPE (the reader of a pipe is gone) and SIGXFSZ (the file would pass RLIMIT_FSIZE), whose default is
/// to end the process, don't reach this thread; the write fails instead. One that was pending before is left pending.
class signal_guard {
public:
    signal_guard() noexcept {
        sigset_t guarded, pending;
        fill(guarded);
        sigemptyset(&pending);
        sigpending(&pending);
        pipe_pending_ = sigismember(&pending, SIGPIPE) == 1;
        size_pending_ = sigismember(&pending, SIGXFSZ) == 1;
        blocked_ = pthread_sigmask(SIG_BLOCK, &guarded, &before_) == 0;
    }
    signal_guard(signal_guard const&) = delete;  // the mask is this thread's
    signal_guard& operator=(signal_guard const&) = delete;
    ~signal_guard() {
        if (!blocked_) { return; }
        if (!pipe_pending_) { take_back(SIGPIPE); }
        if (!size_pending_) { take_back(SIGXFSZ); }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    static void fill(sigset_t& set) noexcept {
        sigemptyset(&set);
        sigaddset(&set, SIGPIPE);
        sigaddset(&set, SIGXFSZ);
    }
    static void take_back(int signal) noexcept {
        sigset_t set;
        sigemptyset(&set);
        sigpending(&set);
        if (sigismember(&set, signal) != 1) { return; }
        sigemptyset(&set);
        sigaddset(&set, signal);
        int taken = 0;
        sigwait(&set, &taken);  // pending: it does not wait
    }

    sigset_t before_;
    bool blocked_ = false;
    bool pipe_pending_ = false;
    bool size_pending_ = false;
};

}  // namespace sonde

#endif
