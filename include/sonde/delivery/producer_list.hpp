// SPDX-License-Identifier: MIT
// All producers of a queue.
#ifndef SONDE_DELIVERY_PRODUCER_LIST_HPP
#define SONDE_DELIVERY_PRODUCER_LIST_HPP

#include <sonde/delivery/producer.hpp>
#include <sonde/delivery/spilled_record.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/meta/catching.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

namespace sonde {

/// Grows with the number of threads that emit at once; the memory of those that have ended goes back to the system.
///
/// Invariant: `first_` and each `next` are written once, before the producer is pushed with release; whoever walks the
/// list loads `first_` with acquire. So readers need no lock, nor do those that push.
/// *Thread safety*: any.
class producer_list {
public:
    explicit producer_list(std::size_t ring_bytes) noexcept : ring_bytes_(ring_bytes) {}
    producer_list(producer_list const&) = delete;  // threads know its producers by their addresses
    producer_list& operator=(producer_list const&) = delete;
    ~producer_list() {
        for (auto* each = first_.load(std::memory_order_acquire); each != nullptr;) {
            auto* const next = each->next;
            each->records.read(~std::size_t{0}, [](ring::record const& record) { return free_spilled(record), true; });
            if (each->abandon()) { delete each; }
            each = next;
        }
    }

    /// One that no other thread has: that of a thread that ended, or a new one. Null when there is no memory.
    producer* acquire() noexcept {
        for (auto* each = first_.load(std::memory_order_acquire); each != nullptr; each = each->next) {
            if (each->adopt()) { return each; }
        }
        auto* const fresh = make();
        if (fresh == nullptr) { return nullptr; }
        fresh->next = first_.load(std::memory_order_relaxed);
        while (
            !first_.compare_exchange_weak(fresh->next, fresh, std::memory_order_release, std::memory_order_relaxed)) {}
        return fresh;
    }

    template <class Visit>
    void for_each(Visit&& visit) const noexcept {
        for (auto* each = first_.load(std::memory_order_acquire); each != nullptr; each = each->next) { visit(*each); }
    }
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t count = 0;
        for_each([&](producer const&) { ++count; });
        return count;
    }

    // The worker's.

    /// From now on each wakes the worker with the `records`th record that is not taken.
    void ask_to_wake(std::uint64_t records) noexcept {
        for_each([&](producer& own) {
            own.wake_at.store(own.taken + own.taken_back.read() + records, std::memory_order_relaxed);
        });
    }
    /// Whether one has as many already.
    [[nodiscard]] bool has_enough() const noexcept {
        bool enough = false;
        for_each([&](producer const& own) {
            enough = enough || own.published.read() >= own.wake_at.load(std::memory_order_relaxed);
        });
        return enough;
    }
    void ask_no_more() noexcept {
        for_each([](producer& own) { own.wake_at.store(producer::never, std::memory_order_relaxed); });
    }
    /// Of threads that have ended, nothing is kept but the place for the next that come.
    void release_unused() noexcept {
        for_each([](producer& own) {
            if (!own.adopt()) { return; }  // while it is had, no thread takes it
            if (own.records.empty()) { own.records.release(); }
            static_cast<void>(own.leave());
        });
    }
    /// What is published now is what a flush covers.
    void mark() noexcept {
        for_each([](producer& own) { own.mark = own.published.read(); });
    }
    /// Whether all that was published then is taken out. A record may be counted a moment before it can be.
    [[nodiscard]] bool mark_reached() const noexcept {
        bool all = true;
        for_each([&](producer const& own) { all = all && own.taken + own.taken_back.read() >= own.mark; });
        return all;
    }
    /// Records that are published and not taken.
    [[nodiscard]] std::uint64_t queued() const noexcept {
        std::uint64_t sum = 0;
        for_each([&](producer const& own) {
            auto const out = own.taken + own.taken_back.read();  // first: what is published only grows
            auto const in = own.published.read();
            sum += in > out ? in - out : 0;
        });
        return sum;
    }
    [[nodiscard]] bool empty() const noexcept {
        bool all = true;
        for_each([&](producer const& own) { all = all && own.records.empty(); });
        return all;
    }

    /// Adds what the callers' threads count. *Requires*: outcomes were counted before.
    void add_to(stats& counts) const noexcept {
        for_each([&](producer const& each) {
            counts.dropped.queue_full += each.queue_full.read();
            counts.dropped.encoding_failed += each.encoding_failed.read();
            counts.dropped.after_shutdown += each.after_shutdown.read();
        });
        for_each([&](producer const& each) { counts.accepted += each.accepted.read(); });
    }

    /// In a forked child: what its parent's threads had stays behind, with its memory, which the parent's writes don't
    /// touch but which threads that are not there may have left half written.
    void forget() noexcept { first_.store(nullptr, std::memory_order_relaxed); }

private:
    producer* make() const noexcept {
        return meta::catching([&]() -> producer* { return new producer(ring_bytes_); },
                              []() -> producer* { return nullptr; });
    }

    std::size_t const ring_bytes_;
    std::atomic<producer*> first_{nullptr};
};

}  // namespace sonde

#endif
