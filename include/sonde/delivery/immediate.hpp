// SPDX-License-Identifier: MIT
// The delivery policy that encodes and sends on the caller's thread.
#ifndef SONDE_DELIVERY_IMMEDIATE_HPP
#define SONDE_DELIVERY_IMMEDIATE_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/cancellation_guard.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/delivery/spare_texts.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>
#include <sonde/transport/transport_result.hpp>

#include <atomic>
#include <new>
#include <string>
#include <utility>

namespace sonde {

/// A delivery policy is a type with a member template `line`: what stands between a sink's `consume` and its transport.
/// It is a template of codec and transport, not a function called with bytes, because policies differ in when they
/// encode: this one at once, one with a queue later and elsewhere. A line is constructed from codec, transport and
/// error handler, and has the members that `immediate::line` has.
///
/// `immediate` encodes outside of any lock, and sends, under one, before `consume` returns: nothing is ever queued, and
/// callers wait for the transport.
struct immediate {
    template <codec Codec, transport Transport>
    class line;
};

/// *Errors*: nothing is thrown. A transport's problem goes to the error handler when it begins and when it changes, not
/// with every event; the events are counted as dropped.
/// *Thread safety*: any; moving it, before the first event.
template <codec Codec, transport Transport>
class immediate::line {
public:
    line(Codec codec, Transport transport, error_handler on_error, batching const& = {})
        : codec_(std::move(codec)), transport_(std::move(transport)), on_error_(std::move(on_error)) {
        cancellation_guard const guard;
        auto const result = transport_.open();
        if (is_news(result)) { tell(result); }
    }
    line(line&& other) noexcept
        : codec_(std::move(other.codec_)),
          transport_(std::move(other.transport_)),
          on_error_(std::move(other.on_error_)),
          last_(other.last_) {}

    template <event Event>
    void accept(Event const& event, envelope const& from) noexcept {
        start_afresh_in_child();
        counters_.accepted.add();
        if (shut_down_.load(std::memory_order_relaxed)) { return counters_.after_shutdown.add(); }
        bool encoded = false;
        meta::catching(
            [&] {
                spare_texts::loan const text(spares_);
                codec_.encode(event, from, *text);
                encoded = true;
                send(*text);
            },
            [&] {
                (encoded ? counters_.transport_failed : counters_.encoding_failed).add();
                report_caught();
            });
    }

    /// Waits for events that other threads are sending just now.
    delivery_report flush(deadline until) noexcept {
        start_afresh_in_child();
        for (;;) {
            auto const counts = counters_.read();
            if (counts.queued == 0 || until.passed()) { return report_of(counts); }
            delivery_impl::let_others_run();
        }
    }

    /// The same; events that come later are counted as dropped.
    delivery_report shutdown(deadline until) noexcept {
        shut_down_.store(true, std::memory_order_relaxed);
        return flush(until);
    }

    [[nodiscard]] sonde::stats stats() const noexcept {
        start_afresh_in_child();
        return counters_.read();
    }

    void report(exception const& error) noexcept { counters_.internal_errors.add(on_error_(error) ? 1 : 2); }

    [[nodiscard]] Codec const& codec() const noexcept { return codec_; }
    [[nodiscard]] Transport const& transport() const noexcept { return transport_; }

private:
    void send(std::string const& text) {
        transport_result result;
        bool news = false;
        {
            cancellation_guard const guard;
            mutex_lock const lock(mutex_);
            result = transport_.send(text);
            news = is_news(result);
        }
        counters_.batches.add();
        counters_.bytes.add(result.taken);
        auto& outcome = result.outcome == transport_outcome::delivered ? counters_.delivered
                        : result.outcome == transport_outcome::failed  ? counters_.transport_failed
                                                                       : counters_.rejected;  // there is no half of one
        outcome.add();
        if (news) { tell(result); }
    }

    bool is_news(transport_result const& result) noexcept {
        auto const news = result.problem != nullptr && !result.same_problem(last_);
        last_ = result;
        return news;
    }

    void tell(transport_result const& result) noexcept {
        meta::catching(
            [&] {
                transport_.explain(result, [&](exception const& error) {
                    if (!on_error_(error)) { counters_.internal_errors.add(); }
                });
            },
            [&] { counters_.internal_errors.add(); });
    }

    // *Requires*: an exception is being handled.
    void report_caught() noexcept {
        meta::catching([&] { report(exception("sonde: an event could not be encoded")); },
                       [&] { counters_.internal_errors.add(); });
    }

    void start_afresh_in_child() const noexcept {
        forks_.check([this] {
            ::new (&mutex_) sonde::mutex;  // may be held by a thread that did not come along
            counters_.reset();
        });
    }

    Codec codec_;
    Transport transport_;
    error_handler on_error_;
    mutable fork_watch forks_;
    mutable counters counters_;
    spare_texts spares_;
    mutable mutex mutex_;
    transport_result last_;
    std::atomic<bool> shut_down_{false};
};

}  // namespace sonde

#endif
