// SPDX-License-Identifier: MIT
// The callers' side of a queue: events become records in the rings of their threads.
#ifndef SONDE_DELIVERY_INTAKE_HPP
#define SONDE_DELIVERY_INTAKE_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/codec/wire_event.hpp>
#include <sonde/delivery/asymmetric_fence.hpp>
#include <sonde/delivery/overflow.hpp>
#include <sonde/delivery/producer.hpp>
#include <sonde/delivery/record.hpp>
#include <sonde/delivery/spilled_record.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/meta/catching.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace sonde {

/// Puts events into producers, and wakes the worker when there is reason to.
/// *Thread safety*: any; each producer is for its thread.
template <codec Codec, overflow_policy Overflow>
class intake {
public:
    /// *Lifetime*: all outlive it.
    intake(Codec const& codec, void* queue, void (*wake)(void* queue), std::size_t most_spilled_bytes) noexcept
        : codec_(codec), queue_(queue), wake_(wake), spilled_(most_spilled_bytes) {}

    /// In a forked child: nothing lies beside the queue.
    void start_afresh() noexcept { spilled_.start_afresh(); }
    void close() noexcept { closed_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_relaxed); }

    /// The way of nearly all events: into the ring, or, when that is full, nowhere. False, with nothing done, if this one
    /// goes another way.
    [[nodiscard, gnu::always_inline]] bool put_quickly(producer& own, call_finished const& event,
                                                       envelope const& from) noexcept {
        if constexpr (takes_apart) {
            auto const layout = record_layout::of(event, from);
            if (closed()) [[unlikely]] { return false; }
            auto* place = own.records.reserve(layout.size);
            if (place == nullptr) [[unlikely]] {
                if (layout.size > own.records.max_record()) { return false; }
                place = find_room(own, layout.size);
                if (place == nullptr) { return true; }
            }
            own.accepted.add();
            layout.write(place, event, from);
            publish(own);
            return true;
        } else {
            return false;
        }
    }

    template <event Event>
    void put(producer& own, Event const& event, envelope const& from) noexcept {
        // Relaxed: whoever emits while another thread shuts down may come before or after, with any order.
        if (closed()) [[unlikely]] {
            own.accepted.add();
            return static_cast<void>(own.after_shutdown.add());
        }
        if constexpr (takes_apart) {
            value_buffer buffer;
            auto const wire = to_wire(event, from, buffer, codec_.max_value_bytes);
            put_record(own, event_layout(wire));
        } else {
            encode_here(own, event, from);
        }
    }

private:
    static constexpr bool takes_apart =
        requires(Codec const& codec, wire_event const& wire, std::string& out) { codec.write(wire, out); };

    template <class Layout>
    void put_record(producer& own, Layout const& layout) noexcept {
        auto* const place = own.records.reserve(layout.size());
        if (place == nullptr) [[unlikely]] { return put_slowly(own, layout); }
        own.accepted.add();
        layout.write(place);
        publish(own);
    }

    [[gnu::always_inline]] void publish(producer& own) noexcept {
        auto const number = own.published.add();
        own.records.publish();
        light_fence();
        if (number >= own.wake_at.load(std::memory_order_relaxed)) [[unlikely]] { ring_once(own); }
    }

    [[gnu::noinline]] void ring_once(producer& own) noexcept {
        if (own.wake_at.exchange(producer::never, std::memory_order_relaxed) != producer::never) { wake_(queue_); }
    }

    // The ring's end is reached, or its room; or it is time to look at the worker. Null: the event is dropped, and counted.
    [[gnu::noinline]] unsigned char* find_room(producer& own, std::size_t size) noexcept {
        // Once is enough: a worker that is awake reads on while there is something.
        if (!own.full && own.records.used() >= own.records.look_interval()) { wake_(queue_); }
        own.full = !make_room(own, size);
        if (!own.full) { return own.records.reserve(size); }
        own.accepted.add();
        own.queue_full.add();
        return nullptr;
    }

    template <class Layout>
    [[gnu::noinline]] void put_slowly(producer& own, Layout const& layout) noexcept {
        if (layout.size() > own.records.max_record()) { return put_beside(own, layout); }
        auto* const place = find_room(own, layout.size());
        if (place == nullptr) { return; }
        own.accepted.add();
        layout.write(place);
        publish(own);
    }

    template <class Layout>
    void put_beside(producer& own, Layout const& layout) noexcept {
        own.accepted.add();
        if (layout.size() > UINT32_MAX) { return static_cast<void>(own.encoding_failed.add()); }
        spilled_record spilled;
        auto const take = [&] { return (spilled = spilled_record::of(layout.size(), spilled_)).data != nullptr; };
        if (!retry(own, take)) { return static_cast<void>(own.queue_full.add()); }
        if (!make_room(own, sizeof spilled)) {
            free_spilled({reinterpret_cast<unsigned char const*>(&spilled), sizeof spilled});
            return static_cast<void>(own.queue_full.add());
        }
        layout.write(spilled.data);
        std::memcpy(own.records.reserve(sizeof spilled), &spilled, sizeof spilled);
        publish(own);
        wake_(queue_);
    }

    // The worker, on which an `on_error` may emit, can't wait for itself.
    [[nodiscard]] bool may_wait() const noexcept { return delivery_impl::working_for != queue_; }
    template <class Try>
    bool retry(producer& own, Try const& done) noexcept {
        if constexpr (Overflow::waits) {
            if (may_wait()) {
                return Overflow::retry(own, done, [this] { wake_(queue_); });
            }
        }
        return done();
    }
    bool make_room(producer& own, std::size_t size) noexcept {
        if constexpr (Overflow::waits) {
            if (!may_wait()) { return own.records.make_room(size); }
        }
        return Overflow::make_room(own, size, [this] { wake_(queue_); });
    }

    // A codec that can't take an event apart writes it here.
    template <event Event>
    [[gnu::noinline]] void encode_here(producer& own, Event const& event, envelope const& from) noexcept {
        meta::catching(
            [&] {
                std::string text;
                codec_.encode(event, from, text);
                put_record(own, text_layout{text});
            },
            [&] {
                own.accepted.add();
                own.encoding_failed.add();
            });
    }

    Codec const& codec_;
    void* queue_;
    void (*wake_)(void*);
    spill_budget spilled_;
    std::atomic<bool> closed_{false};
};

}  // namespace sonde

#endif
