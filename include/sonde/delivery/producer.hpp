// SPDX-License-Identifier: MIT
// A thread's end of a queue: its ring and what it counts; and how a thread finds its own.
#ifndef SONDE_DELIVERY_PRODUCER_HPP
#define SONDE_DELIVERY_PRODUCER_HPP

#include <sonde/config.hpp>
#include <sonde/context/id_source.hpp>
#include <sonde/delivery/ring.hpp>
#include <sonde/delivery/wakeup.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace sonde {

/// What one thread needs to put events into one queue. When the thread ends, the next that comes takes it over, with what
/// is in it still: there are never more than there were threads at once.
///
/// Invariant: `owner_` says who may free the object: the queue has it, unless it went first while a thread had the
/// producer; then that thread has.
/// *Thread safety*: the members of one side are for one thread at a time; counts can be read by any.
class producer {
public:
    explicit producer(std::size_t ring_bytes) : records(ring_bytes) {}

    ring records;
    producer* next = nullptr;  ///< in the queue's list, which only grows

    // The producing thread's. Counted in plain steps: it is the only one that writes them.
    class own_count {
    public:
        /// What it comes to.
        [[gnu::always_inline]] std::uint64_t add() noexcept {
            auto const fresh = value_.load(std::memory_order_relaxed) + 1;
            // Release: whoever reads a count of outcomes first, and this one then, never sees more outcomes than events.
            value_.store(fresh, std::memory_order_release);
            return fresh;
        }
        [[nodiscard]] std::uint64_t read() const noexcept { return value_.load(std::memory_order_acquire); }

    private:
        std::atomic<std::uint64_t> value_{0};
    };
    own_count accepted, queue_full, encoding_failed, after_shutdown;
    own_count published;   ///< records put in
    own_count taken_back;  ///< of these, records dropped to make room

    bool full = false;  ///< the last event found no room

    wakeup room;  ///< rung by the worker when it has read, where the overflow policy waits

    // The queue's.
    static constexpr auto never = ~std::uint64_t{0};  ///< a number of records that is not reached
    std::uint64_t taken = 0;                          ///< records taken out
    std::uint64_t mark = 0;                           ///< how many a flush waits for
    /// The number of published records at which the worker is to be woken.
    std::atomic<std::uint64_t> wake_at{1};

    /// True if a thread may have it now: the one before it has ended. What that one did happens before.
    bool adopt() noexcept {
        auto expected = nobody;
        if (!owner_.compare_exchange_strong(expected, a_thread, std::memory_order_acquire, std::memory_order_relaxed)) {
            return false;
        }
        full = false;
        return true;
    }
    /// The thread that had it has ended. True: the queue is gone, and the caller frees it.
    [[nodiscard]] bool leave() noexcept { return owner_.exchange(nobody, std::memory_order_acq_rel) == no_queue; }
    /// The queue goes. True: no thread has it, and the caller frees it. *Requires*: no thread puts in events any more.
    [[nodiscard]] bool abandon() noexcept {
        records.give_up();
        return owner_.exchange(no_queue, std::memory_order_acq_rel) == nobody;
    }
    [[nodiscard]] bool abandoned() const noexcept { return owner_.load(std::memory_order_acquire) == no_queue; }

private:
    enum owner : std::uint32_t { nobody, a_thread, no_queue };
    std::atomic<owner> owner_{a_thread};
};

namespace delivery_impl {

/// The queue whose worker this thread is.
SONDE_SHARED inline constinit thread_local void const* working_for = nullptr;

/// Names a queue for as long as the process runs; no two have the same.
using queue_key = std::uint64_t;

SONDE_SHARED inline constinit std::atomic<queue_key> queues_made{0};
inline queue_key new_queue_key() noexcept {
    // Relaxed: only that each gets another matters. Never zero, which stands for none.
    return queues_made.fetch_add(1, std::memory_order_relaxed) + 1;
}

// A thread's producers, that of the queue used last first. Trivially destructible and initialised without code: events are
// emitted before and after everything else of a thread lives.
struct own_producers {
    struct entry {
        queue_key queue;
        producer* own;
    };
    entry last;
    entry* others;
    std::uint32_t count, capacity;
    std::uint64_t fork_mark;  // of the process that the entries are of
    bool ended;               // the thread's destructors have run: nobody would let go of further ones
};
SONDE_SHARED inline constinit thread_local own_producers producers_of_thread{};

inline void let_go(producer* own) noexcept {
    if (own->leave()) { delete own; }
}

// Lets go of a thread's producers when it ends.
struct thread_end {
    ~thread_end() {
        auto& own = producers_of_thread;
        own.ended = true;
        if (own.fork_mark == context_impl::fork_mark) {  // else they are another process's
            if (own.last.own != nullptr) { let_go(own.last.own); }
            for (std::uint32_t i = 0; i < own.count; ++i) { let_go(own.others[i].own); }
        }
        std::free(own.others);
        own.last = {};
        own.others = nullptr;
        own.count = own.capacity = 0;
    }
};

/// This thread's producer for `queue`; null if it has none yet.
inline producer* own_producer(queue_key queue) noexcept {
    auto& own = producers_of_thread;
    if (own.last.queue == queue && own.fork_mark == context_impl::fork_mark) [[likely]] { return own.last.own; }
    return nullptr;
}

/// The same, among those used before the last too; the one found becomes the last.
[[gnu::noinline]] inline producer* find_producer(queue_key queue) noexcept {
    auto& own = producers_of_thread;
    if (own.fork_mark != context_impl::fork_mark) { return nullptr; }
    if (own.last.queue == queue) { return own.last.own; }
    for (std::uint32_t i = 0; i < own.count; ++i) {
        if (own.others[i].queue != queue) { continue; }
        auto const found = own.others[i];
        own.others[i] = own.last;
        own.last = found;
        return found.own;
    }
    return nullptr;
}

/// Makes `fresh` this thread's producer for `queue`, until the thread ends. False when that can't be: it is ending already,
/// or there is no memory.
[[gnu::noinline]] inline bool keep_producer(queue_key queue, producer* fresh) noexcept {
    auto& own = producers_of_thread;
    if (own.ended) { return false; }
    if (own.fork_mark != context_impl::fork_mark) {
        // What a forked child inherits stays with nobody: its memory is shared with the queues' of the parent.
        own.last = {};
        own.count = 0;
        own.fork_mark = context_impl::fork_mark;
    }
    static thread_local thread_end const at_end;
    static_cast<void>(&at_end);  // which makes it, and so registers its destructor

    // Those of queues that are gone make room first.
    for (std::uint32_t i = 0; i < own.count;) {
        if (own.others[i].own->abandoned()) {
            let_go(own.others[i].own);
            own.others[i] = own.others[--own.count];
        } else {
            ++i;
        }
    }
    if (own.last.own != nullptr && own.last.own->abandoned()) {
        let_go(own.last.own);
        own.last = {};
    }
    if (own.last.own != nullptr) {
        if (own.count == own.capacity) {
            auto const capacity = own.capacity == 0 ? 4 : 2 * own.capacity;
            auto* const larger = std::realloc(own.others, capacity * sizeof(own_producers::entry));
            if (larger == nullptr) { return false; }
            own.others = static_cast<own_producers::entry*>(larger);
            own.capacity = capacity;
        }
        own.others[own.count++] = own.last;
    }
    own.last = {queue, fresh};
    return true;
}

}  // namespace delivery_impl

}  // namespace sonde

#endif
