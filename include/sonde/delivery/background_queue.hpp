// SPDX-License-Identifier: MIT
// The way of events through a worker's thread: rings, batches, transport.
#ifndef SONDE_DELIVERY_BACKGROUND_QUEUE_HPP
#define SONDE_DELIVERY_BACKGROUND_QUEUE_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/config.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/delivery/asymmetric_fence.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/exit_flush.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/intake.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/delivery/overflow.hpp>
#include <sonde/delivery/packer.hpp>
#include <sonde/delivery/producer_list.hpp>
#include <sonde/delivery/ring.hpp>
#include <sonde/delivery/spilled_record.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/delivery/wakeup.hpp>
#include <sonde/delivery/worker_orders.hpp>
#include <sonde/delivery/worker_thread.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>
#include <sonde/transport/overlapped.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

namespace sonde {

/// Shared by the `background::line` and its worker, which may be held up by a transport longer than anyone waits for it.
///
/// A caller's thread puts each event into its ring as bytes, and is done. The worker sleeps until there is a batch's worth of
/// them, the flush interval is over, or someone flushes; then it empties all rings, makes text of that and sends it.
///
/// Who wakes it: before it sleeps it stores in each producer the number of records at which that one is to ring, so that
/// together they can't have a batch without one of them ringing, passes a heavy fence, and looks whether the number is
/// reached already. A producer publishes first and then, behind a light fence, looks at the number. So one of the two sees
/// what the other did, and no event waits longer than the interval for having come at the wrong moment.
/// *Thread safety*: any.
template <codec Codec, transport Transport, overflow_policy Overflow>
class background_queue {
    using clock = std::chrono::steady_clock;

public:
    background_queue(Codec codec, Transport transport, error_handler on_error, batching plan)
        : codec_(std::move(codec)),
          on_error_(std::move(on_error)),
          plan_(plan),
          producers_(plan.queue_bytes),
          intake_(
              codec_, this, [](void* queue) { static_cast<background_queue*>(queue)->wake_worker(); },
              plan.outbox_bytes),
          worker_side_(new worker_side(std::move(transport), *this)) {
        worker_side_->pack.dispatch().open();
    }
    background_queue(background_queue const&) = delete;  // threads know it by its address
    background_queue& operator=(background_queue const&) = delete;
    ~background_queue() { delete worker_side_; }

    template <event Event>
    [[gnu::always_inline]] void accept(Event const& event, envelope const& from,
                                       shared<background_queue> const& self) noexcept {
        if constexpr (is_call<Event>) {
            auto* const own = delivery_impl::own_producer(key_.load(std::memory_order_relaxed));
            if (own != nullptr && intake_.put_quickly(*own, event, from)) [[likely]] { return; }
        }
        accept_slowly<Event>(event, from, self);
    }

    delivery_report flush(deadline until, shared<background_queue> const& self = {}) noexcept {
        start_afresh_in_child();
        if (self && !producers_.empty()) { start_worker(self); }  // it may have been refused one
        if (!started_.load(std::memory_order_acquire)) { return report_of(stats()); }
        auto const number = orders_.ask();
        if (wake_to_wait()) { orders_.await_flush(number, until); }
        return report_of(stats());
    }

    // What is not delivered in time is then kept, if there is a place for it: it is the last chance.
    void flush_at_exit(deadline until, bool waits) noexcept {
        start_afresh_in_child();
        if (waits) { return flush(until), orders_.exit_no_more(until); }
        if (worker_side_->pack.dispatch().keeps()) { orders_.exit(until); }
        orders_.ask();
        wake_worker();
    }

    delivery_report shutdown(deadline until, shared<background_queue> const& self) noexcept {
        start_afresh_in_child();
        if (!producers_.empty()) { start_worker(self); }
        intake_.close();
        static_cast<void>(heavy_fence());  // who did not see it is putting an event in just now
        if (started_.load(std::memory_order_acquire)) {
            orders_.stop(until, worker_side_->pack.dispatch().keeps());
            if (wake_to_wait()) { orders_.await_end(until); }
        }
        end_worker();
        return report_of(stats());
    }

    [[nodiscard]] sonde::stats stats() const noexcept {
        start_afresh_in_child();
        auto counts = counters_.read();
        producers_.add_to(counts);
        counts.queued = counts.accepted - counts.delivered - counts.rejected - counts.dropped - counts.spooled;
        note_queued(counts.queued);
        counts.queued_high_water = high_water_.load(std::memory_order_relaxed);
        return counts;
    }

    void report(exception const& error) noexcept { counters_.internal_errors.add(on_error_(error) ? 1 : 2); }
    [[nodiscard]] Codec const& codec() const noexcept { return codec_; }
    [[nodiscard]] Transport const& transport() const noexcept { return worker_side_->transport; }

    /// The line is gone, and nobody emits any more: the worker, if it is held up, is left to itself.
    void let_go() noexcept {
        start_afresh_in_child();
        exit_flush_.remove();
        mutex_lock const lock(mutex_);
        worker_.detach();
    }

private:
    friend worker_thread;  // runs it
    static constexpr std::size_t read_at_once = std::size_t{64} << 10;
    static constexpr unsigned idle_rounds_before_rest = 16;

    // What only the worker touches. On its own, so that a forked child can leave it behind: it may have been written to just
    // when the process was forked.
    struct worker_side {
        worker_side(Transport&& to, background_queue& queue)
            : transport(std::move(to)), pack(queue.codec_, transport, queue.counters_, queue.on_error_, queue.plan_) {}
        Transport transport;
        packer<Codec, Transport> pack;
        std::uint64_t flush_seen = 0, flush_open = 0;  // the last that was read; the one that is being read
        clock::time_point flush_at{};
        unsigned idle_rounds = 0;
        std::uint64_t notified_drops = 0;
        bool left_some = false;
    };

    template <class Event>
    static constexpr bool is_call = std::is_same_v<Event, call_finished>;

    // Out of the callers' way: large events, a thread's first; or its last, when nothing of the thread's can be kept any
    // more. A call's is copied, so that where it went the quick way it need not lie in memory.
    template <event Event>
    [[gnu::noinline]] void accept_slowly(std::conditional_t<is_call<Event>, Event, Event const&> event, envelope from,
                                         shared<background_queue> const& self) noexcept {
        start_afresh_in_child();
        auto const key = key_.load(std::memory_order_relaxed);
        auto* own = delivery_impl::find_producer(key);
        if (own != nullptr) {
            if (!intake_.closed()) { start_worker(self); }
            return intake_.put(*own, event, from);
        }
        own = producers_.acquire();
        if (own == nullptr) {
            counters_.accepted.add();
            return counters_.queue_full.add();
        }
        auto const kept = delivery_impl::keep_producer(key, own);
        if (!intake_.closed()) { start_worker(self); }
        intake_.put(*own, event, from);
        if (!kept) { static_cast<void>(own->leave()); }  // this queue is here, and frees it
    }

    void start_worker(shared<background_queue> const& self) noexcept {
        if (started_.load(std::memory_order_acquire)) { return; }
        mutex_lock const lock(mutex_);
        if (started_.load(std::memory_order_relaxed) || intake_.closed()) { return; }
        meta::catching(
            [&] {
                if (worker_.start(self)) {
                    exit_flush_.add(this, [](void* queue, deadline until, bool waits) noexcept {
                        static_cast<background_queue*>(queue)->flush_at_exit(until, waits);
                    });
                    started_.store(true, std::memory_order_release);
                } else {
                    report(exception("sonde: no thread to be had for delivery; trying again when it is wanted"));
                }
            },
            [&] { counters_.internal_errors.add(); });
    }

    void run() noexcept {
        delivery_impl::working_for = this;
        auto& mine = *worker_side_;
        auto& dispatch = mine.pack.dispatch();
        auto const interval = plan_.flush_interval;
        mine.flush_at = clock::now() + interval;
        for (;;) {
            auto const stopping = orders_.stopping();
            auto const asked = orders_.asked();
            if (asked != mine.flush_seen && mine.flush_open == 0) {
                mine.flush_open = asked;
                producers_.mark();
            }
            auto const read = collect(mine);
            auto const now = clock::now();
            if (producers_.empty()) { tell_of_drops(mine); }  // there is room again
            // Of what a flush covers, some may have to wait in its ring for room among the batches.
            auto const flushing = mine.flush_open != 0 && producers_.mark_reached();
            if (flushing || stopping || now >= mine.flush_at || mine.pack.fills_up()) {
                tell_of_drops(mine);
                mine.pack.close();
                producers_.release_unused();
                mine.flush_at = now + interval;
                mine.idle_rounds = read ? 0 : mine.idle_rounds + 1;
                if (flushing) {
                    mine.flush_seen = std::exchange(mine.flush_open, 0);
                    dispatch.aim_at(mine.pack.last_closed());
                }
            }
            dispatch.advance();
            auto const no_time = clock::now() >= orders_.no_time_at();
            if (no_time) { keep_what_is_left(mine); }
            if (dispatch.aim_reached()) { orders_.done(mine.flush_seen); }
            if (no_time && stopping) { break; }
            if (stopping && mine.pack.empty() && producers_.empty() && dispatch.is_quiet()) { break; }
            park(mine);
        }
        dispatch.leave();
        orders_.finish();
    }

    // Reads what is in the rings now: as much of each as it can hold, so that one that is filled all the time keeps neither
    // the others nor a flush waiting. True if there was something.
    bool collect(worker_side& mine) noexcept {
        bool any = false;
        mine.left_some = false;
        producers_.for_each([&](producer& own) {
            own.records.prepare();
            for (std::size_t left = own.records.capacity();;) {
                note_queued(mine.pack.events() + producers_.queued());
                std::size_t bytes = 0;
                own.records.read(read_at_once, [&](ring::record const& record) {
                    if (mine.pack.full()) { return !(mine.left_some = true); }
                    mine.pack.add(record);
                    bytes += record.size + 8;
                    ++own.taken;
                    return true;
                });
                if (bytes == 0) { break; }
                any = true;
                mine.pack.dispatch().advance();
                if constexpr (Overflow::waits) { own.room.wake(); }
                if (bytes >= left || own.records.empty()) { break; }
                left -= bytes;
            }
        });
        return any;
    }

    void note_queued(std::uint64_t queued) const noexcept {
        auto most = high_water_.load(std::memory_order_relaxed);
        while (queued > most && !high_water_.compare_exchange_weak(most, queued, std::memory_order_relaxed)) {}
    }

    // All that is here goes where it can be kept, if there is such a place, without another try.
    void keep_what_is_left(worker_side& mine) noexcept {
        auto& dispatch = mine.pack.dispatch();
        if (!dispatch.pause()) { return; }
        for (bool more = true; more; more = collect(mine)) {
            mine.pack.close();
            dispatch.advance();  // makes room for what is in the rings
        }
        dispatch.resume();
    }

    // One event says what was lost since the last that said so, once there is room again and the transport works.
    void tell_of_drops(worker_side& mine) noexcept {
        sonde::stats counts = counters_.read();
        producers_.add_to(counts);
        counts.dropped.after_shutdown = 0;
        auto const drops = counts.dropped.total();
        if (drops == mine.notified_drops || !mine.pack.dispatch().works() || mine.pack.full()) { return; }
        counters_.accepted.add();
        mine.pack.add_notice(counts.dropped);
        mine.notified_drops = drops;
    }

    void park(worker_side& mine) noexcept {
        auto const choked = mine.pack.full();
        auto const rests = mine.idle_rounds >= idle_rounds_before_rest && mine.pack.empty();
        auto const threads = producers_.size();
        auto const wanted = plan_.batch_size == 0 ? producer::never / 2 : plan_.batch_size - mine.pack.open_events();
        auto const share = rests || threads == 0 ? 1 : (wanted + threads - 1) / threads;
        if (!choked) { producers_.ask_to_wake(share); }
        auto const certain = heavy_fence();
        auto const reached = !choked && (mine.left_some || producers_.has_enough() || !producers_.mark_reached());
        if (!reached) {
            auto until = rests ? clock::time_point::max() : mine.flush_at;
            auto const due = mine.pack.dispatch().due();
            until = due < until ? due : until;
            if (!certain) {
                auto const look_again = clock::now() + std::chrono::milliseconds(10);
                until = look_again < until ? look_again : until;
            }
            auto const no_time_at = orders_.no_time_at();
            until = no_time_at < until ? no_time_at : until;
            wait(mine, until);
        }
        producers_.ask_no_more();
    }

    // While a batch is in flight, the worker waits for that, and whoever wakes it wakes the transport. Either it sees the
    // bell, or who rang it sees the flag: both are sequentially consistent.
    void wait(worker_side& mine, deadline until) noexcept {
        if (!mine.pack.dispatch().in_flight()) {
            bell_.wait(until);
            return;
        }
        in_transport_.store(true, std::memory_order_seq_cst);
        if (!bell_.taken()) { mine.pack.dispatch().look_after(until); }
        in_transport_.store(false, std::memory_order_relaxed);
    }

    void wake_worker() noexcept {
        bell_.wake();
        if constexpr (overlapped_transport<Transport>) {
            if (in_transport_.load(std::memory_order_seq_cst)) { worker_side_->transport.wake(); }
        }
    }

    // False: this is the worker, which waits for nobody. On_error, say, which it calls.
    bool wake_to_wait() noexcept { return delivery_impl::working_for != this && (wake_worker(), true); }

    // What threads put in while the worker was ending is lost, and counted.
    void end_worker() noexcept {
        mutex_lock const lock(mutex_);
        auto const over = !started_.load(std::memory_order_relaxed) || orders_.finished();
        if (!over || delivery_impl::working_for == this) { return; }
        worker_.join();
        if (!worker_side_->pack.empty()) { return; }
        producers_.for_each([&](producer& own) {
            own.records.read(~std::size_t{0}, [&](ring::record const& record) {
                free_spilled(record);
                counters_.after_shutdown.add();
                return ++own.taken != 0;
            });
        });
    }

    void start_afresh_in_child() const noexcept {
        forks_.check([this] { const_cast<background_queue*>(this)->start_afresh(); });
    }
    void start_afresh() noexcept {
        ::new (&mutex_) sonde::mutex;  // may be held by a thread that did not come along
        ::new (&bell_) wakeup;
        ::new (&orders_) worker_orders;
        worker_.forget();
        exit_flush_.forget();
        producers_.forget();
        intake_.start_afresh();
        in_transport_.store(false, std::memory_order_relaxed);
        counters_.reset();
        key_.store(delivery_impl::new_queue_key(), std::memory_order_relaxed);
        high_water_.store(0, std::memory_order_relaxed);
        started_.store(false, std::memory_order_relaxed);
        worker_side_ = new worker_side(renewed(worker_side_->transport), *this);  // the parent's stays behind
    }

    Codec const codec_;
    error_handler const on_error_;
    batching const plan_;
    std::atomic<delivery_impl::queue_key> key_{delivery_impl::new_queue_key()};
    mutable fork_watch forks_;
    producer_list producers_;
    mutable counters counters_;
    wakeup bell_;
    worker_orders orders_;
    intake<Codec, Overflow> intake_;
    mutex mutex_;  // of starting and ending the worker
    worker_thread worker_;
    exit_flush exit_flush_;
    worker_side* worker_side_;
    mutable std::atomic<std::uint64_t> high_water_{0};
    std::atomic<bool> started_{false}, in_transport_{false};
};

}  // namespace sonde

#endif
