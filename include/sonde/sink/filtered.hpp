// SPDX-License-Identifier: MIT
// A sink that is given only some events.
#ifndef SONDE_SINK_FILTERED_HPP
#define SONDE_SINK_FILTERED_HPP

#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/callable.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/concept.hpp>
#include <sonde/sink/envelope_of.hpp>
#include <sonde/sink/tally.hpp>
#include <sonde/time/deadline.hpp>

#include <concepts>
#include <cstddef>
#include <utility>

namespace sonde {

namespace sink_impl {
// Which events a predicate is for can't be told; what takes no event at all, or answers otherwise, would let all pass.
template <class Pred, class... Given>
concept wrong_for = std::invocable<Pred&, Given...> && !std::predicate<Pred const&, Given...>;

}  // namespace sink_impl

/// Gives `Sink` the events for which `Pred` answers true. The predicate is called with what it takes: the event and its
/// envelope, the event, or the envelope. An event that it takes in no form, or at which it throws, passes.
/// What does not pass is not counted: the sink was never asked to take it.
/// *Thread safety*: as the sink's; the predicate is called by several threads at once.
template <class Sink, class Pred>
class filtered {
public:
    using options = sink_options<Sink>;
    static constexpr bool enabled = sink_enabled<Sink>;
    static constexpr bool check_parts() noexcept {
        if constexpr (!meta::callable<Pred> || sink_impl::wrong_for<Pred, call_finished const&, envelope const&> ||
                      sink_impl::wrong_for<Pred, call_finished const&> || sink_impl::wrong_for<Pred, envelope const&>) {
            static_assert(
                meta::never<Pred>,
                "sonde: Pred is not a predicate of events: a const one can't be called, or doesn't answer with a bool. "
                "Give it bool operator()(sonde::event auto const&) const. See docs/errors.md#filter-predicate");
        }
        return sink_parts<Sink>::check_parts();
    }

    filtered() = default;
    explicit filtered(options chosen)
        requires std::constructible_from<Sink, options> && std::default_initializable<Pred>
        : sink_(std::move(chosen)) {}
    explicit filtered(Sink sink, Pred passes = Pred()) : sink_(std::move(sink)), passes_(std::move(passes)) {}
    filtered(options chosen, Pred passes)
        requires std::constructible_from<Sink, options>
        : sink_(std::move(chosen)), passes_(std::move(passes)) {}

    template <event Event>
    void consume(Event const& event, envelope const& from) noexcept {
        if constexpr (enabled) {
            if (passes(event, from)) { tally_.consume(sink_, event, from); }
        }
    }
    template <event Event>
    void consume(Event const& event) noexcept {
        if constexpr (enabled) { consume(event, envelope_of(event)); }
    }

    delivery_report flush(deadline until) noexcept { return tally_.flush(sink_, until); }
    delivery_report shutdown(deadline until) noexcept { return tally_.shutdown(sink_, until); }
    [[nodiscard]] sonde::stats stats() const noexcept { return tally_.stats(sink_); }
    void report(exception const& error) noexcept { tally_.report(sink_, error); }
    [[nodiscard]] std::size_t max_value_bytes() const noexcept { return sonde::max_value_bytes(sink_); }

    [[nodiscard]] Sink& sink() noexcept { return sink_; }
    [[nodiscard]] Sink const& sink() const noexcept { return sink_; }

private:
    template <class Event>
    bool passes(Event const& event, envelope const& from) noexcept {
        return meta::catching(
            [&]() -> bool {
                if constexpr (std::predicate<Pred const&, Event const&, envelope const&>) {
                    return std::as_const(passes_)(event, from);
                } else if constexpr (std::predicate<Pred const&, Event const&>) {
                    return std::as_const(passes_)(event);
                } else if constexpr (std::predicate<Pred const&, envelope const&>) {
                    return std::as_const(passes_)(from);
                } else {
                    return true;
                }
            },
            [&] {
                meta::catching([&] { report(exception("sonde: a filter's predicate threw")); }, [] {});
                return true;
            });
    }

    Sink sink_;
    tally<Sink> tally_;
    Pred passes_;
};

template <class Sink, class Pred>
filtered(Sink, Pred) -> filtered<Sink, Pred>;

}  // namespace sonde

#endif
