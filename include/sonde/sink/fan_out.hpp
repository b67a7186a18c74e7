// SPDX-License-Identifier: MIT
// Several sinks as one.
#ifndef SONDE_SINK_FAN_OUT_HPP
#define SONDE_SINK_FAN_OUT_HPP

#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/concept.hpp>
#include <sonde/sink/envelope_of.hpp>
#include <sonde/sink/tally.hpp>
#include <sonde/time/deadline.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <utility>

namespace sonde {

namespace sink_impl {
// A sink from its options; one without any from nothing.
template <class Sink>
struct made_from {
    sink_options<Sink> const& chosen;
    operator Sink() const {  // a conversion, so that the sink is made in place
        if constexpr (std::constructible_from<Sink, sink_options<Sink> const&>) {
            return Sink(chosen);
        } else {
            return Sink();
        }
    }
};

// A sink among several, and what it may not have itself.
template <class Sink>
struct part {
    Sink sink;
    sonde::tally<Sink> tally = {};
};
}  // namespace sink_impl

/// Gives each event to every one of its sinks, in order. None of them can keep it from the next by failing.
/// `stats()` and the reports are sums, in which an event counts once for each sink; the law holds for them.
/// *Thread safety*: as the sinks'. *Lifetime*: sinks are owned.
template <class... Sinks>
class fan_out {
public:
    using options = std::tuple<sink_options<Sinks>...>;
    static constexpr bool enabled = (sink_enabled<Sinks> || ...);
    static constexpr bool check_parts() noexcept { return (sink_parts<Sinks>::check_parts() && ...); }

    fan_out() : fan_out(options{}) { static_assert(check_parts()); }
    explicit fan_out(options const& chosen) : fan_out(chosen, std::index_sequence_for<Sinks...>{}) {
        static_assert(check_parts());
    }
    /// From the sinks themselves, when nothing was given to them yet.
    explicit fan_out(Sinks... sinks)
        requires(sizeof...(Sinks) != 0)
        : parts_(sink_impl::part<Sinks>{std::move(sinks)}...) {
        static_assert(check_parts());
    }

    template <event Event>
    void consume(Event const& event, envelope const& from) noexcept {
        for_each([&]<class Sink>(sink_impl::part<Sink>& each) {
            if constexpr (sink_enabled<Sink>) { each.tally.consume(each.sink, event, from); }
        });
    }
    template <event Event>
    void consume(Event const& event) noexcept {
        consume(event, envelope_of(event));
    }

    /// All share the deadline; the time one takes is the others' too.
    delivery_report flush(deadline until) noexcept {
        delivery_report sum;
        for_each([&](auto& each) { sum += each.tally.flush(each.sink, until); });
        return sum;
    }
    delivery_report shutdown(deadline until) noexcept {
        delivery_report sum;
        for_each([&](auto& each) { sum += each.tally.shutdown(each.sink, until); });
        return sum;
    }
    [[nodiscard]] sonde::stats stats() const noexcept {
        sonde::stats sum;
        std::apply([&](auto const&... each) { ((sum += each.tally.stats(each.sink)), ...); }, parts_);
        return sum;
    }
    void report(exception const& error) noexcept {
        for_each([&](auto& each) { each.tally.report(each.sink, error); });
    }
    /// The most that any of them wants.
    [[nodiscard]] std::size_t max_value_bytes() const noexcept {
        std::size_t most = 0;
        auto const raise = [&]<class Sink>(sink_impl::part<Sink> const& each) {
            auto const own = sink_enabled<Sink> ? sonde::max_value_bytes(each.sink) : 0;
            most = own > most ? own : most;
        };
        std::apply([&](auto const&... each) { (raise(each), ...); }, parts_);
        return most;
    }

    template <std::size_t Index>
    [[nodiscard]] auto& get() noexcept {
        return std::get<Index>(parts_).sink;
    }
    template <std::size_t Index>
    [[nodiscard]] auto const& get() const noexcept {
        return std::get<Index>(parts_).sink;
    }
    /// *Requires*: exactly one of the sinks is a `Sink`.
    template <class Sink>
    [[nodiscard]] Sink& get() noexcept {
        return std::get<sink_impl::part<Sink>>(parts_).sink;
    }
    template <class Sink>
    [[nodiscard]] Sink const& get() const noexcept {
        return std::get<sink_impl::part<Sink>>(parts_).sink;
    }

private:
    template <std::size_t... Index>
    fan_out(options const& chosen, std::index_sequence<Index...>)
        : parts_(sink_impl::part<Sinks>{sink_impl::made_from<Sinks>{std::get<Index>(chosen)}}...) {}

    template <class Visit>
    void for_each(Visit&& visit) noexcept {
        std::apply([&](auto&... each) { (visit(each), ...); }, parts_);
    }

    std::tuple<sink_impl::part<Sinks>...> parts_;
};

template <class... Sinks>
fan_out(Sinks...) -> fan_out<Sinks...>;

}  // namespace sonde

#endif
