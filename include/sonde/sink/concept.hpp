// SPDX-License-Identifier: MIT
// What a sink is.
#ifndef SONDE_SINK_CONCEPT_HPP
#define SONDE_SINK_CONCEPT_HPP

#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>

namespace sonde {

namespace sink_impl {
// Stands for the events that users define.
struct users_event {
    int number = 0;
    using sonde_members = members<member<"number", &users_event::number>>;
};

template <class Sink, class Event>
concept takes = requires(Sink& sink, Event const& event) { sink.consume(event); } ||
                requires(Sink& sink, Event const& event, envelope const& from) { sink.consume(event, from); };
template <class Sink, class Event>
concept takes_noexcept = requires(Sink& sink, Event const& event) {
    { sink.consume(event) } noexcept;
} || requires(Sink& sink, Event const& event, envelope const& from) {
    { sink.consume(event, from) } noexcept;
};

template <class Sink>
concept takes_library_events = takes<Sink, call_started> && takes<Sink, call_finished> && takes<Sink, run_started> &&
                               takes<Sink, run_finished> && takes<Sink, fields_emitted>;
template <class Sink>
concept never_throws =
    takes_noexcept<Sink, call_started> && takes_noexcept<Sink, call_finished> && takes_noexcept<Sink, run_started> &&
    takes_noexcept<Sink, run_finished> && takes_noexcept<Sink, fields_emitted> && takes_noexcept<Sink, users_event>;
}  // namespace sink_impl

/// A type that consumes events of every type, from any number of threads at once, and throws nothing at its caller:
///
///     void consume(sonde::event auto const& event) noexcept;
///
/// or, to see the envelope that a user's own event travels beside, `consume(event, sonde::envelope const&) noexcept`.
/// Overloads on event types are welcome; together they must take every type.
///
/// What else a sink may have, each on its own:
/// - `struct options`, which it is constructible from: what `monitor<Sink>` takes as its second argument;
/// - `delivery_report flush(deadline) noexcept`: delivers what was consumed before the call; and
///   `delivery_report shutdown(deadline) noexcept`: the same, after which `consume` only counts;
/// - `stats stats() const noexcept`: counts for which `accepted == delivered + rejected + dropped + spooled + queued`;
/// - `void report(sonde::exception const&) noexcept`: takes what went wrong within the library;
/// - `std::size_t max_value_bytes() const noexcept`: larger values are cut when they are captured (default 65,536);
/// - `using clock = ...`: a `tick_source`, other than `tick_clock`;
/// - `static constexpr bool enabled = false`: nothing is ever consumed, and decorating costs nothing.
///
/// *Lifetime*: what an event's views show is valid while `consume` runs.
/// *Example*: sink/null.hpp to copy; tests/support/laws/sink.hpp to run over the copy.
template <class Sink>
concept sink = sink_impl::takes_library_events<Sink> && sink_impl::never_throws<Sink>;

}  // namespace sonde

#endif
