// SPDX-License-Identifier: MIT
// Sends batches in order: tries again what may go better later, halves what is too much, and counts what becomes of them.
#ifndef SONDE_DELIVERY_DISPATCHER_HPP
#define SONDE_DELIVERY_DISPATCHER_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/delivery/backoff.hpp>
#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>
#include <sonde/transport/overlapped.hpp>
#include <sonde/transport/transport_result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <new>
#include <string_view>
#include <utility>

namespace sonde {

/// Owns the batches that are closed and not settled. A batch is settled when all its events are counted: as delivered,
/// rejected or dropped. One that fails is tried again, with the others waiting behind it, as often as it may be. One that is
/// too much goes in halves, so that an event that the receiver won't take does not take others with it. After a refusal
/// nothing is sent any more.
///
/// With a transport that can, a batch is begun and left to itself: the next is filled meanwhile.
/// *Errors*: nothing is thrown; what goes wrong is told to the handler when it begins and when it changes.
/// *Thread safety*: the worker's.
template <transport Transport>
class dispatcher {
    using clock = std::chrono::steady_clock;

public:
    dispatcher(Transport& to, counters& counts, error_handler const& on_error, batching const& plan) noexcept
        : transport_(to),
          counters_(counts),
          on_error_(on_error),
          retry_attempts_(plan.retry_attempts),
          tells_each_(plan.tell_each) {}

    void add(batch* closed) noexcept { waiting_.push_back(closed); }
    [[nodiscard]] std::size_t bytes() const noexcept { return waiting_.bytes(); }
    [[nodiscard]] bool idle() const noexcept { return waiting_.empty(); }
    /// Whether there is something to do now, other than to wait for `due()`.
    [[nodiscard]] clock::time_point due() const noexcept {
        return idle() || in_flight_ ? clock::time_point::max() : due_;
    }
    [[nodiscard]] std::uint64_t events() const noexcept { return waiting_.events(); }
    /// Whether what was sent last arrived.
    [[nodiscard]] bool works() const noexcept { return last_.outcome == transport_outcome::delivered; }
    /// The number of the last batch settled; those before it are settled too.
    [[nodiscard]] std::uint64_t settled() const noexcept { return settled_; }

    /// Opens the transport, and tells of what that meets with.
    void open() noexcept { hear(transport_.open()); }

    /// Does what can be done now: hears how the batch in flight went, and sends what is due.
    void advance() noexcept {
        if (in_flight_) { look_after(clock::time_point{}); }
        while (!in_flight_ && !waiting_.empty() && (refused_ || clock::now() >= due_)) {
            if (refused_) {
                auto* const unsent = waiting_.pop_front();
                counters_.rejected.add(unsent->events);
                done(unsent);
            } else if constexpr (overlapped_transport<Transport>) {
                auto const& first = *waiting_.front();
                transport_.start(std::string_view(first.text), first.key);
                in_flight_ = true;
            } else {
                settle(send(*waiting_.front()));
            }
        }
    }
    /// Whether a batch is on its way; then `look_after` is how to wait.
    [[nodiscard]] bool in_flight() const noexcept { return in_flight_; }
    /// Waits for the batch in flight until `until`, or until the transport is woken.
    void look_after(deadline until) noexcept {
        if constexpr (overlapped_transport<Transport>) {
            transport_result result;
            if (!transport_.finished(until, result)) { return; }
            in_flight_ = false;
            settle(result);
        }
    }
    /// Gives up the batch in flight. Whether it arrived, nobody knows: it counts as still waiting.
    void cancel() noexcept {
        if constexpr (overlapped_transport<Transport>) {
            if (in_flight_) { transport_.cancel(); }
            in_flight_ = false;
        }
    }

    /// A batch to fill: one that was settled, or a fresh one. Null when there is no memory.
    [[nodiscard]] batch* blank() noexcept {
        if (spare_ != nullptr) { return std::exchange(spare_, nullptr); }
        return new (std::nothrow) batch;
    }

    dispatcher(dispatcher const&) = delete;  // owns batches
    dispatcher& operator=(dispatcher const&) = delete;
    ~dispatcher() { delete spare_; }

private:
    static constexpr std::size_t most_spare_bytes = std::size_t{1} << 20;

    transport_result send(batch const& first) noexcept {
        if constexpr (requires { transport_.send(std::string_view(first.text), first.key); }) {
            return transport_.send(std::string_view(first.text), first.key);
        } else {
            return transport_.send(std::string_view(first.text));
        }
    }

    void settle(transport_result const& result) noexcept {
        counters_.batches.add();
        counters_.bytes.add(result.taken);
        hear(result);
        if (tells_each_) [[unlikely]] { tell(*waiting_.front(), result); }
        auto* const first = waiting_.pop_front();
        if (result.outcome == transport_outcome::delivered) {
            counters_.delivered.add(first->events);
            return done(first);
        }
        take_off(*first, result.taken);
        switch (result.outcome) {
        case transport_outcome::failed:
            return try_again_or_drop(first, result);
        case transport_outcome::halve:
            return halve_or_reject(first);
        case transport_outcome::refused:
            refused_ = true;
            [[fallthrough]];
        case transport_outcome::rejected:
        case transport_outcome::delivered:
            counters_.rejected.add(first->events);
            return done(first);
        }
    }

    void try_again_or_drop(batch* failed, transport_result const& result) noexcept {
        if (failed->tries == retry_attempts_) {
            counters_.transport_failed.add(failed->events);
            return done(failed);
        }
        ++failed->tries;
        counters_.retries.add();
        std::chrono::milliseconds const asked(result.retry_after_ms);
        due_ = clock::now() + wait_before(failed->tries, asked, new_span_id().value);
        waiting_.push_front(failed);
    }

    // The second half has the number: with it the batch is settled.
    void halve_or_reject(batch* whole) noexcept {
        auto* const half = whole->events < 2 ? nullptr : new (std::nothrow) batch;
        auto const middle = end_of_lines(whole->text, whole->events / 2);
        if (half == nullptr ||
            !meta::catching([&] { return half->text.assign(whole->text, 0, middle), true; }, [] { return false; })) {
            delete half;
            counters_.rejected.add(whole->events);
            return done(whole);
        }
        half->events = whole->events / 2;
        half->key = new_trace_id();
        whole->text.erase(0, middle);
        whole->events -= half->events;
        whole->key = new_trace_id();  // another batch, to the receiver
        whole->tries = 0;
        waiting_.push_front(whole);
        waiting_.push_front(half);
    }

    static void tell(batch const& sent, transport_result const& result) noexcept {
        constexpr char const* became[] = {"delivered", "failed", "rejected", "too much", "refused"};
        std::fprintf(stderr, "sonde: a batch of %llu events, %zu bytes, try %u: %s (%d)\n",
                     static_cast<unsigned long long>(sent.events), sent.text.size(), sent.tries + 1,
                     became[static_cast<std::size_t>(result.outcome)], result.cause);
    }

    // Some of it arrived: whole events only.
    void take_off(batch& partly, std::size_t taken) noexcept {
        auto const arrived = count_lines(partly.text.data(), taken);
        counters_.delivered.add(arrived);
        partly.events -= arrived;
        partly.text.erase(0, taken);
    }

    void done(batch* settled) noexcept {
        settled_ = settled->number > settled_ ? settled->number : settled_;
        due_ = {};
        if (spare_ != nullptr || settled->text.capacity() > most_spare_bytes) { return delete settled; }
        settled->text.clear();
        settled->events = 0;
        settled->tries = 0;
        spare_ = settled;
    }

    // Tells of a problem when it begins and when it changes, not with every batch.
    void hear(transport_result const& result) noexcept {
        auto const news = result.problem != nullptr && !result.same_problem(last_);
        last_ = result;
        if (!news) { return; }
        meta::catching(
            [&] {
                transport_.explain(result, [&](exception const& error) {
                    if (!on_error_(error)) { counters_.internal_errors.add(); }
                });
            },
            [&] { counters_.internal_errors.add(); });
    }

    Transport& transport_;
    counters& counters_;
    error_handler const& on_error_;
    unsigned retry_attempts_;
    bool tells_each_;
    batch_list waiting_;
    batch* spare_ = nullptr;
    clock::time_point due_{};
    std::uint64_t settled_ = 0;
    transport_result last_;
    bool in_flight_ = false;
    bool refused_ = false;
};

}  // namespace sonde

#endif
