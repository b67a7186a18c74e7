// SPDX-License-Identifier: MIT
// The thread that delivers.
#ifndef SONDE_DELIVERY_WORKER_THREAD_HPP
#define SONDE_DELIVERY_WORKER_THREAD_HPP

#include <pthread.h>
#include <signal.h>

namespace sonde {

/// Runs a function on a thread of its own that takes no signals: they are for the program's own threads, which may have
/// opinions about where their handlers run.
/// *Thread safety*: one thread at a time.
class worker_thread {
public:
    worker_thread() noexcept = default;
    worker_thread(worker_thread const&) = delete;  // there is one
    worker_thread& operator=(worker_thread const&) = delete;

    /// False when the system refuses. *Requires*: `run` throws nothing; it is not running already.
    bool start(void (*run)(void*), void* given) noexcept {
        sigset_t all, before;
        sigfillset(&all);
        if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) { return false; }
        run_ = run;
        given_ = given;
        running_ = pthread_create(&thread_, nullptr, &worker_thread::enter, this) == 0;
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
#if defined(__linux__)
        if (running_) { pthread_setname_np(thread_, "sonde"); }
#endif
        return running_;
    }
    /// The same with `(*owner).run()`, for which the thread keeps a copy of `owner`. May throw what allocating throws.
    template <class Owner>
    bool start(Owner const& owner) {
        auto* const its = new Owner(owner);
        auto const run = [](void* given) {
            auto* const kept = static_cast<Owner*>(given);
            (**kept).run();
            delete kept;
        };
        if (start(run, its)) { return true; }
        delete its;
        return false;
    }
    [[nodiscard]] bool running() const noexcept { return running_; }
    /// Waits for its end. *Requires*: it ends.
    void join() noexcept {
        if (running_) { pthread_join(thread_, nullptr); }
        running_ = false;
    }
    /// Leaves it to itself.
    void detach() noexcept {
        if (running_) { pthread_detach(thread_); }
        running_ = false;
    }
    /// In a forked child: it has stayed behind.
    void forget() noexcept { running_ = false; }

private:
    static void* enter(void* self) noexcept {
        auto const& thread = *static_cast<worker_thread*>(self);
        thread.run_(thread.given_);
        return nullptr;
    }

    pthread_t thread_{};
    void (*run_)(void*) = nullptr;
    void* given_ = nullptr;
    bool running_ = false;
};

}  // namespace sonde

#endif
