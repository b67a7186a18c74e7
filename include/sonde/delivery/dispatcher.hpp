// SPDX-License-Identifier: MIT
// Sends batches in order: tries again what may go better later, halves what is too much, and counts what becomes of them.
#ifndef SONDE_DELIVERY_DISPATCHER_HPP
#define SONDE_DELIVERY_DISPATCHER_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/delivery/backlog.hpp>
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
/// rejected, dropped or spooled. One that fails is tried again, with the others waiting behind it, as often as it may be. One
/// that is too much goes in halves, so that an event that the receiver won't take does not take others with it. After a
/// refusal nothing is sent any more.
///
/// A transport `with_spool` has a backlog on disk. Invariant: all in it is older than what waits in memory, so it goes first.
/// What is given up goes there, and so does all that comes while the receiver does not answer: the oldest batch alone is then
/// tried, after 1, 2, 4 … 32 s, until it arrives; the others follow at once. Without a backlog each batch has all its tries.
///
/// With a transport that can, a batch is begun and left to itself: the next is filled meanwhile.
/// *Errors*: nothing is thrown; what goes wrong is told to the handler when it begins and when it changes.
/// *Thread safety*: the worker's; `keeps()` any.
template <transport Transport, class Clock = std::chrono::steady_clock>
class dispatcher {
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr bool has_backlog = backlog_of<Transport>::possible;

public:
    dispatcher(Transport& to, counters& counts, error_handler const& on_error, batching const& plan) noexcept
        : transport_(to),
          counters_(counts),
          on_error_(on_error),
          retry_attempts_(plan.retry_attempts),
          most_waiting_(plan.outbox_bytes / 2),
          tells_each_(plan.tell_each),
          backlog_(to, counts, on_error) {}

    void add(batch* closed) noexcept { waiting_.push_back(closed); }
    [[nodiscard]] std::size_t bytes() const noexcept { return waiting_.bytes(); }
    [[nodiscard]] bool idle() const noexcept { return waiting_.empty(); }
    /// When there is something to do, other than for the batch in flight.
    [[nodiscard]] time_point due() const noexcept {
        if (in_flight_ || refused_) { return time_point::max(); }
        if (!idle()) { return due_; }
        if constexpr (has_backlog) {
            auto const look = backlog_.next_look();
            return backlog_.empty() && look > due_ ? look : due_;
        }
        return time_point::max();
    }
    [[nodiscard]] std::uint64_t events() const noexcept { return waiting_.events(); }
    /// Whether what was sent last arrived.
    [[nodiscard]] bool works() const noexcept { return last_.outcome == transport_outcome::delivered; }
    /// Whether what can't be delivered may be kept.
    [[nodiscard]] bool keeps() const noexcept {
        if constexpr (has_backlog) { return backlog_.keeps(); }
        return false;
    }

    /// Somebody waits for the batches up to `number`, and for what of the backlog can be delivered now: if the receiver did
    /// not answer, it is asked at once, unless it asked to be left alone.
    void aim_at(std::uint64_t number) noexcept {
        aim_ = number;
        // What waits here may yet go there.
        if constexpr (has_backlog) { backlog_aim_ = backlog_.gone_in_the_end() + events(); }
        if (down_) { due_ = left_alone_until_; }
    }
    [[nodiscard]] bool aim_reached() const noexcept {
        if (!idle() && settled_ < aim_) { return false; }
        if constexpr (has_backlog) { return is_quiet() || backlog_.gone() >= backlog_aim_; }
        return true;
    }
    /// Whether there is nothing to do before more comes or `due()`.
    [[nodiscard]] bool is_quiet() const noexcept {
        if constexpr (has_backlog) {
            return backlog_.empty() || refused_ || (down_ && !in_flight_ && Clock::now() < due_);
        }
        return true;
    }

    /// Opens the transport, and tells of what that meets with.
    void open() noexcept { hear(transport_.open()); }

    /// Does what can be done now: hears how the batch in flight went, and sends what is due.
    void advance() noexcept {
        if (in_flight_) { look_after(time_point{}); }
        for (;;) {
            if (!in_flight_ || is_replay_) { make_way(); }
            auto* const next = in_flight_ ? nullptr : first();
            if (next == nullptr) { return; }
            if constexpr (overlapped_transport<Transport>) {
                transport_.start(std::string_view(next->text), next->key);
                in_flight_ = true;
            } else {
                settle(send(*next));
                if (is_replay_) { return; }  // there may be many: the queues have their turn
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
    /// From now on until `resume()` nothing is sent: what is in flight is given up, and all goes into the backlog with the
    /// next `advance()`. Whether what was in flight arrived, nobody knows. Does nothing and is false without a backlog.
    bool pause() noexcept {
        if (!keeps()) { return false; }
        if constexpr (overlapped_transport<Transport>) {
            if (std::exchange(in_flight_, false)) { transport_.cancel(); }
        }
        return paused_ = true;
    }
    void resume() noexcept {
        paused_ = false;
        down_ = true;
        due_ = Clock::now() + wait_before(1, {}, new_span_id().value);
    }
    /// Nothing is done any more: others may have the backlog.
    void leave() noexcept {
        if constexpr (has_backlog) { backlog_.leave(); }
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

    // What is to be sent now, if anything is: the oldest there is.
    batch* first() noexcept {
        if (refused_ || paused_) { return nullptr; }
        if constexpr (has_backlog) {
            auto const now = Clock::now();
            if (now < due_) { return nullptr; }
            auto* const replayed = backlog_.front(now);
            is_replay_ = replayed != nullptr;
            if (is_replay_) { return replayed; }
            if (!backlog_.empty()) {  // it can't be read just now
                is_down(now + wait_before(1, {}, new_span_id().value));
                return nullptr;
            }
            return waiting_.front();
        } else {
            return idle() || Clock::now() < due_ ? nullptr : waiting_.front();
        }
    }

    // What is not to be sent now goes into the backlog, or is counted.
    // *Requires*: nothing of what waits is in flight.
    void make_way() noexcept {
        if constexpr (has_backlog) { down_ = down_ && !backlog_.empty(); }
        if (refused_) {
            while (!idle()) { keep_or(counters_.rejected, waiting_.pop_front()); }
        } else if (down_ || paused_) {
            while (!idle()) { keep_or(counters_.transport_failed, waiting_.pop_front()); }
        } else if constexpr (has_backlog) {
            if (waiting_.bytes() <= most_waiting_) { return; }
            // No more memory for what waits behind the backlog, or behind a batch that fails.
            auto const fails = waiting_.front()->tries != 0;
            if (!fails && backlog_.empty()) { return; }
            while (!idle() && backlog_.keep(*waiting_.front())) { done(waiting_.pop_front()); }
            down_ = fails;
        }
    }

    void is_down(time_point until) noexcept {
        down_ = true;
        due_ = until;
    }

    bool keep_or(counters::count& otherwise, batch* unsent) noexcept {
        bool kept = false;
        if constexpr (has_backlog) { kept = backlog_.keep(*unsent); }
        if (!kept) { otherwise.add(unsent->events); }
        done(unsent);
        return kept;
    }

    batch_list& source() noexcept {
        if constexpr (has_backlog) {
            if (is_replay_) { return backlog_.parts(); }
        }
        return waiting_;
    }
    void count(counters::count& as, std::uint64_t events) noexcept {
        if constexpr (has_backlog) {
            if (is_replay_) { backlog_.settle(events); }
        }
        as.add(events);
    }

    void settle(transport_result const& result) noexcept {
        counters_.batches.add();
        counters_.bytes.add(result.taken);
        // One that is too much and goes in halves is no problem, unless nothing smaller will do.
        if (result.outcome != transport_outcome::halve || source().front()->events < 2) { hear(result); }
        if (tells_each_) [[unlikely]] { tell(*source().front(), result); }
        conclude(source().pop_front(), result);
        if constexpr (has_backlog) {
            if (is_replay_) { backlog_.pop_if_settled(); }
        }
    }

    void conclude(batch* sent, transport_result const& result) noexcept {
        due_ = left_alone_until_ = {};
        if (result.outcome == transport_outcome::failed) {
            take_off(*sent, result.taken);
            return try_again_or_give_up(sent, result);
        }
        down_ = false;  // it answers
        if (result.outcome == transport_outcome::delivered) {
            count(counters_.delivered, sent->events);
            return done(sent);
        }
        take_off(*sent, result.taken);
        if (result.outcome == transport_outcome::halve) { return halve_or_reject(sent); }
        refused_ = result.outcome == transport_outcome::refused;
        if (refused_ && keeps()) { return source().push_front(sent); }
        count(counters_.rejected, sent->events);
        done(sent);
    }

    void try_again_or_give_up(batch* failed, transport_result const& result) noexcept {
        std::chrono::milliseconds const asked(result.retry_after_ms);
        auto const now = Clock::now();
        auto const wait = [&](unsigned tries) { return now + wait_before(tries, asked, new_span_id().value); };
        if (!is_replay_ && failed->tries == retry_attempts_) {
            if (keep_or(counters_.transport_failed, failed)) {
                is_down(wait(1));
            } else if (asked.count() > 0) {
                due_ = wait(1);  // the next one has to wait as well
            }
        } else {
            ++failed->tries;
            counters_.retries.add();
            constexpr unsigned most_doubled = 6;  // for ever with 32 s between
            due_ = wait(is_replay_ && failed->tries > most_doubled ? most_doubled : failed->tries);
            down_ = is_replay_;
            source().push_front(failed);
        }
        if (asked.count() != 0) { left_alone_until_ = due_; }
    }

    // The second half has the number: with it the batch is settled.
    void halve_or_reject(batch* whole) noexcept {
        auto const halves = whole->events >= 2 && count_lines(whole->text.data(), whole->text.size()) == whole->events;
        auto* const half = halves ? new (std::nothrow) batch : nullptr;
        auto const middle = halves ? end_of_lines(whole->text, whole->events / 2) : 0;
        if (half == nullptr ||
            !meta::catching([&] { return half->text.assign(whole->text, 0, middle), true; }, [] { return false; })) {
            delete half;
            count(counters_.rejected, whole->events);
            return done(whole);
        }
        half->events = whole->events / 2;
        half->key = key_of_half(whole->key, 1);
        whole->text.erase(0, middle);
        whole->events -= half->events;
        whole->key = key_of_half(whole->key, 2);  // another batch, to the receiver
        whole->tries = 0;
        source().push_front(whole);
        source().push_front(half);
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
        if (arrived == 0) { return; }
        count(counters_.delivered, arrived);
        partly.events -= arrived;
        partly.text.erase(0, taken);
    }

    void done(batch* settled) noexcept {
        settled_ = settled->number > settled_ ? settled->number : settled_;
        if (spare_ != nullptr || settled->text.capacity() > most_spare_bytes) { return delete settled; }
        settled->text.clear();
        settled->events = 0;
        settled->number = 0;
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
    std::size_t most_waiting_;
    bool tells_each_;
    batch_list waiting_;
    [[no_unique_address]] backlog_of<Transport> backlog_;
    batch* spare_ = nullptr;
    time_point due_{};
    time_point left_alone_until_{};  // by the receiver's wish
    std::uint64_t settled_ = 0, aim_ = 0, backlog_aim_ = 0;
    transport_result last_;
    bool in_flight_ = false;
    bool is_replay_ = false;  // what was sent last, or is in flight, is of the backlog
    bool down_ = false;       // the receiver does not answer, and the backlog has something to ask it with
    bool refused_ = false;
    bool paused_ = false;
};

}  // namespace sonde

#endif
