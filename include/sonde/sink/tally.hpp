// SPDX-License-Identifier: MIT
// What a sink need not have: counts, and an end. Kept for it by whoever owns it.
#ifndef SONDE_SINK_TALLY_HPP
#define SONDE_SINK_TALLY_HPP

#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/operations.hpp>
#include <sonde/time/deadline.hpp>

#include <atomic>
#include <cstdint>

namespace sonde {

/// Counts for a sink that does not, for which consuming is delivering; and keeps events from one that has no `shutdown`
/// once it was shut down. A sink that has these knows better, and is left alone.
/// *Thread safety*: any; moving it, before the first event.
template <class Sink>
class tally {
public:
    tally() noexcept = default;
    tally(tally&&) noexcept : tally() {}  // nothing was counted yet

    template <event Event>
    [[gnu::always_inline]] void consume(Sink& sink, Event const& event, envelope const& from) noexcept {
        if constexpr (closes_here) {
            // Relaxed: whoever emits while another thread shuts down may come before or after, with any order.
            if (closed_.load(std::memory_order_relaxed)) {
                dropped_.fetch_add(1, std::memory_order_relaxed);
                return;
            }
        }
        if constexpr (counts_here) { delivered_.fetch_add(1, std::memory_order_relaxed); }
        sonde::consume(sink, event, from);
    }

    delivery_report flush(Sink& sink, deadline until) noexcept {
        if constexpr (counts_here) {
            static_cast<void>(sonde::flush(sink, until));
            return report_of(stats(sink));
        } else {
            return sonde::flush(sink, until);
        }
    }

    delivery_report shutdown(Sink& sink, deadline until) noexcept {
        if constexpr (closes_here) {
            closed_.store(true, std::memory_order_relaxed);
            return flush(sink, until);
        } else {
            return sink.shutdown(until);
        }
    }

    void report(Sink& sink, exception const& error) noexcept {
        if constexpr (requires { sink.report(error); }) {
            sink.report(error);
        } else {
            errors_.fetch_add(1, std::memory_order_relaxed);
        }
    }

    [[nodiscard]] sonde::stats stats(Sink const& sink) const noexcept {
        auto counts = stats_of(sink);
        auto const dropped = dropped_.load(std::memory_order_relaxed);
        auto const delivered = delivered_.load(std::memory_order_relaxed);
        counts.accepted += delivered + dropped;
        counts.delivered += delivered;
        counts.dropped.after_shutdown += dropped;
        counts.internal_errors += errors_.load(std::memory_order_relaxed);
        return counts;
    }

private:
    static constexpr bool closes_here = !requires(Sink& sink, deadline until) { sink.shutdown(until); };
    static constexpr bool counts_here = !requires(Sink const& sink) { sink.stats(); };

    std::atomic<bool> closed_{false};
    std::atomic<std::uint64_t> delivered_{0}, dropped_{0}, errors_{0};
};

}  // namespace sonde

#endif
