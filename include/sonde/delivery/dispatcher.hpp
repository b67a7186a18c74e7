// SPDX-License-Identifier: MIT
// Sends batches in order: tries again what may go better later, halves what is too much, and counts what becomes of them.
#ifndef SONDE_DELIVERY_DISPATCHER_HPP
#define SONDE_DELIVERY_DISPATCHER_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/delivery/backoff.hpp>
#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>
#include <sonde/transport/transport_result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <utility>

namespace sonde {

/// Owns the batches that are closed and not settled. A batch is settled when all its events are counted: as delivered,
/// rejected or dropped. One that fails is tried again, with the others waiting behind it, as often as it may be.
/// *Errors*: nothing is thrown; what goes wrong is told to the handler when it begins and when it changes.
/// *Thread safety*: the worker's.
template <transport Transport>
class dispatcher {
    using clock = std::chrono::steady_clock;

public:
    dispatcher(Transport& to, counters& counts, error_handler const& on_error, unsigned retry_attempts) noexcept
        : transport_(to), counters_(counts), on_error_(on_error), retry_attempts_(retry_attempts) {}

    void add(batch* closed) noexcept { waiting_.push_back(closed); }
    [[nodiscard]] std::size_t bytes() const noexcept { return waiting_.bytes(); }
    [[nodiscard]] bool idle() const noexcept { return waiting_.empty(); }
    /// Whether there is something to do now, other than to wait for `due()`.
    [[nodiscard]] clock::time_point due() const noexcept { return idle() ? clock::time_point::max() : due_; }
    [[nodiscard]] std::uint64_t events() const noexcept { return waiting_.events(); }
    /// Whether what was sent last arrived.
    [[nodiscard]] bool works() const noexcept { return last_.outcome == transport_outcome::delivered; }
    /// The number of the last batch settled; those before it are settled too.
    [[nodiscard]] std::uint64_t settled() const noexcept { return settled_; }

    /// Opens the transport, and tells of what that meets with.
    void open() noexcept { hear(transport_.open()); }

    /// Sends what is due, one batch after the other.
    void advance() noexcept {
        while (!waiting_.empty() && clock::now() >= due_) {
            auto const& first = *waiting_.front();
            settle(send(first));
        }
    }

    /// Gives up what is left: `count` is told how many events it was.
    template <class Count>
    void abandon(Count&& count) noexcept {
        while (!waiting_.empty()) {
            auto* const left = waiting_.pop_front();
            count(left->events);
            done(left);
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
        auto* const first = waiting_.pop_front();
        if (result.outcome == transport_outcome::delivered) {
            counters_.delivered.add(first->events);
            return done(first);
        }
        take_off(*first, result.taken);
        if (result.outcome == transport_outcome::failed && first->tries < retry_attempts_) {
            ++first->tries;
            counters_.retries.add();
            due_ = clock::now() + wait_before(first->tries, std::chrono::milliseconds(0), new_span_id().value);
            return waiting_.push_front(first);
        }
        auto& outcome = result.outcome == transport_outcome::rejected ? counters_.rejected : counters_.transport_failed;
        outcome.add(first->events);
        done(first);
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
    batch_list waiting_;
    batch* spare_ = nullptr;
    clock::time_point due_{};
    std::uint64_t settled_ = 0;
    transport_result last_;
};

}  // namespace sonde

#endif
