// SPDX-License-Identifier: MIT
// Notices that this process is a fork of the one it was.
#ifndef SONDE_DELIVERY_FORK_HPP
#define SONDE_DELIVERY_FORK_HPP

#include <sonde/config.hpp>
#include <sonde/context/id_source.hpp>

#include <atomic>
#include <cstdint>

#if !defined(_WIN32)
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#endif

namespace sonde {

/// From now on `context_impl::fork_mark` differs between a process and its forks. Registers a handler once in a process.
/// *Thread safety*: any.
SONDE_SHARED inline void watch_forks() noexcept {
#if !defined(_WIN32)
    [[maybe_unused]] static auto const registered = pthread_atfork(nullptr, nullptr, [] {
        ++context_impl::fork_mark;
        context_impl::fork_salt = static_cast<std::uint64_t>(getpid());
    });
#endif
}

namespace delivery_impl {
inline void let_others_run() noexcept {
#if !defined(_WIN32)
    sched_yield();
#endif
}
}  // namespace delivery_impl

/// What a forked child has in place of `old`, which its parent's worker may have been using: `old.fresh()`, which reads only
/// what never changes, or `old` itself.
template <class Object>
[[nodiscard]] Object renewed(Object& old) {
    if constexpr (requires { Object(old.fresh()); }) {
        return old.fresh();
    } else {
        return static_cast<Object&&>(old);
    }
}

/// Lets an object that several threads use start afresh in a forked child, where only one of them has come along: the
/// others' locks stay locked for ever, and what they were writing stays half written.
/// *Thread safety*: any.
class fork_watch {
public:
    fork_watch() noexcept { watch_forks(); }

    /// To be called before anything of the object is used: in a child, the first thread that comes here calls
    /// `start_afresh()`, which throws nothing, and the others wait for it.
    template <class Afresh>
    void check(Afresh&& start_afresh) noexcept {
        auto const now = context_impl::fork_mark;
        if (seen_.load(std::memory_order_acquire) != 2 * now) [[unlikely]] { renew(now, start_afresh); }
    }

private:
    // Even: fresh for this mark; odd: somebody is at it. That carries the mark too, since a child may itself be forked
    // while somebody is at it, and in the grandchild nobody is.
    template <class Afresh>
    [[gnu::noinline, gnu::cold]] void renew(std::uint64_t now, Afresh&& start_afresh) noexcept {
        for (;;) {
            auto seen = seen_.load(std::memory_order_acquire);
            if (seen == 2 * now) { return; }
            if (seen == 2 * now + 1) {
                delivery_impl::let_others_run();
            } else if (seen_.compare_exchange_strong(seen, 2 * now + 1, std::memory_order_acq_rel)) {
                start_afresh();
                seen_.store(2 * now, std::memory_order_release);
                return;
            }
        }
    }

    std::atomic<std::uint64_t> seen_{2 * context_impl::fork_mark};
};

}  // namespace sonde

#endif
