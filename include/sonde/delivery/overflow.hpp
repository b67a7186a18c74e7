// SPDX-License-Identifier: MIT
// What happens to an event for which a queue has no room: policies, chosen as types.
#ifndef SONDE_DELIVERY_OVERFLOW_HPP
#define SONDE_DELIVERY_OVERFLOW_HPP

#include <sonde/delivery/producer.hpp>
#include <sonde/delivery/spilled_record.hpp>
#include <sonde/delivery/wakeup.hpp>
#include <sonde/time/deadline.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>

namespace sonde {

/// An overflow policy: `make_room(own, size, wake)` answers whether the caller's producer has room for a record of `size`
/// bytes now. `wake()` wakes the worker. What it takes out to make room it counts. One that `waits` has
/// `retry(own, done, wake)` too: calls `done()` again and again, as the worker reads, and answers what it did.
/// *Thread safety*: the producing thread's.
template <class Policy>
concept overflow_policy = requires(producer& own, std::size_t size, void (*wake)()) {
    { Policy::make_room(own, size, wake) } noexcept -> std::same_as<bool>;
    { Policy::waits } -> std::convertible_to<bool>;
};

/// The event that comes is dropped. What was there first stays, and the caller never waits.
struct drop_newest {
    static constexpr bool waits = false;
    template <class Wake>
    static bool make_room(producer& own, std::size_t size, Wake const&) noexcept {
        return own.records.make_room(size);
    }
};

/// The oldest events of the thread are dropped, as many as it takes. While the worker is reading the queue, which it does
/// a piece at a time, it is the event that comes instead. The caller never waits.
struct drop_oldest {
    static constexpr bool waits = false;
    template <class Wake>
    static bool make_room(producer& own, std::size_t size, Wake const&) noexcept {
        while (!own.records.make_room(size)) {
            if (!own.records.drop_oldest([](ring::record const& record) { free_spilled(record); })) { return false; }
            own.taken_back.add();
            own.queue_full.add();
        }
        return true;
    }
};

/// The caller waits for room, so long at most; then the event that comes is dropped.
template <unsigned Milliseconds>
struct block_for {
    static constexpr bool waits = true;
    template <class Wake>
    static bool make_room(producer& own, std::size_t size, Wake const& wake) noexcept {
        return retry(own, [&] { return own.records.make_room(size); }, wake);
    }
    template <class Try, class Wake>
    static bool retry(producer& own, Try const& done, Wake const& wake) noexcept {
        if (done()) { return true; }
        deadline const until = std::chrono::milliseconds(Milliseconds);
        for (;;) {
            wake();
            // The worker rings when it has read: a reading that ends between the look and the wait is not missed, for the
            // bell remembers it.
            auto const rung = own.room.wait(until);
            if (done()) { return true; }
            if (!rung) { return false; }
        }
    }
};

}  // namespace sonde

#endif
