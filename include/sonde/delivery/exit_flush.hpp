// SPDX-License-Identifier: MIT
// Delivers what is queued when the program ends by std::exit, which destroys no automatic objects.
#ifndef SONDE_DELIVERY_EXIT_FLUSH_HPP
#define SONDE_DELIVERY_EXIT_FLUSH_HPP

#include <sonde/config.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/time/deadline.hpp>

#include <chrono>
#include <cstdlib>
#include <new>

namespace sonde {

/// A place in the list of what is flushed at exit. Returning from `main` is an exit too: monitors that are destroyed by
/// then are not in the list any more.
/// *Units and bounds*: all together may take 5 s. *Thread safety*: any; one object, one thread at a time.
class exit_flush {
    using flush = void (*)(void* what, deadline until, bool waits) noexcept;

    struct list {
        sonde::mutex lock;
        exit_flush* first = nullptr;
        fork_watch forks;
        bool registered = false;

        void start_afresh_in_child() noexcept {
            forks.check([this] {
                ::new (&lock) sonde::mutex;  // may be held by a thread that did not come along
                first = nullptr;             // what was to be flushed is the parent's
            });
        }
    };

public:
    exit_flush() noexcept = default;
    exit_flush(exit_flush const&) = delete;  // the list knows it by its address
    exit_flush& operator=(exit_flush const&) = delete;
    ~exit_flush() { remove(); }

    /// At exit `how` is called for everything in the list, to begin, and then for everything again, to wait: each has the
    /// whole time. *Requires*: not added already.
    void add(void* what, flush how) noexcept {
        auto& all = everything();
        all.start_afresh_in_child();
        mutex_lock const lock(all.lock);
        what_ = what;
        how_ = how;
        next_ = all.first;
        before_ = &all.first;
        if (next_ != nullptr) { next_->before_ = &next_; }
        all.first = this;
        if (!all.registered) { all.registered = std::atexit(&exit_flush::flush_all) == 0; }
    }
    /// Once it returns, it is not being flushed either.
    void remove() noexcept {
        auto& all = everything();
        all.start_afresh_in_child();
        mutex_lock const lock(all.lock);
        if (before_ == nullptr) { return; }
        *before_ = next_;
        if (next_ != nullptr) { next_->before_ = before_; }
        forget();
    }
    /// In a forked child: the list is empty.
    void forget() noexcept {
        next_ = nullptr;
        before_ = nullptr;
    }

private:
    // Never destroyed: sinks go when they go, in whatever order.
    SONDE_SHARED static list& everything() noexcept {
        alignas(list) static unsigned char place[sizeof(list)];
        static auto* const all = ::new (static_cast<void*>(place)) list;
        return *all;
    }
    static void flush_all() {
        auto& all = everything();
        all.start_afresh_in_child();
        mutex_lock const lock(all.lock);
        deadline const until = std::chrono::seconds(5);
        for (bool const waits : {false, true}) {
            for (auto* each = all.first; each != nullptr; each = each->next_) { each->how_(each->what_, until, waits); }
        }
        all.registered = false;  // it may have been the end of a library only, which was the first to come here
    }

    void* what_ = nullptr;
    flush how_ = nullptr;
    exit_flush* next_ = nullptr;
    exit_flush** before_ = nullptr;
};

}  // namespace sonde

#endif
