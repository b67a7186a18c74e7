// SPDX-License-Identifier: MIT
// What can be asked of any sink, whether or not it has an answer of its own.
#ifndef SONDE_SINK_OPERATIONS_HPP
#define SONDE_SINK_OPERATIONS_HPP

#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/concept.hpp>
#include <sonde/time/deadline.hpp>

#include <concepts>

namespace sonde {

/// The sink's counts; zeros from one that does not count.
template <class Sink>
stats stats_of(Sink const& sink) noexcept {
    if constexpr (requires {
                      { sink.stats() } -> std::convertible_to<stats>;
                  }) {
        return sink.stats();
    } else {
        return {};
    }
}

/// Delivers what `sink` was given before. One that keeps nothing back has nothing to do.
template <class Sink>
delivery_report flush(Sink& sink, deadline until) noexcept {
    if constexpr (requires {
                      { sink.flush(until) } -> std::convertible_to<delivery_report>;
                  }) {
        return sink.flush(until);
    } else {
        if constexpr (requires { sink.flush(until); }) { sink.flush(until); }
        return report_of(stats_of(sink));
    }
}

/// The same, after which the sink takes no more; one that knows no end is flushed.
template <class Sink>
delivery_report shutdown(Sink& sink, deadline until) noexcept {
    if constexpr (requires {
                      { sink.shutdown(until) } -> std::convertible_to<delivery_report>;
                  }) {
        return sink.shutdown(until);
    } else {
        return flush(sink, until);
    }
}

/// Tells the sink of something that went wrong within the library; one that does not listen is told nothing.
template <class Sink>
void report(Sink& sink, exception const& error) noexcept {
    if constexpr (requires { sink.report(error); }) { sink.report(error); }
}

}  // namespace sonde

#endif
