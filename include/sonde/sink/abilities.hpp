// SPDX-License-Identifier: MIT
// What a sink can do beyond consuming, with what is meant where it says nothing; and why a type is no sink.
#ifndef SONDE_SINK_ABILITIES_HPP
#define SONDE_SINK_ABILITIES_HPP

#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/sink/concept.hpp>

#include <cstddef>
#include <type_traits>

namespace sonde {

/// Whether a sink does anything with events: false only for those that say `enabled = false`.
template <class Sink>
inline constexpr bool sink_enabled = true;
template <class Sink>
    requires requires { requires !Sink::enabled; }
inline constexpr bool sink_enabled<Sink> = false;

/// The options of a sink that has none.
struct no_options {};

namespace sink_impl {
template <class Sink>
struct options_of {
    using type = no_options;
};
template <class Sink>
    requires requires { typename Sink::options; }
struct options_of<Sink> {
    using type = typename Sink::options;
};
}  // namespace sink_impl

template <class Sink>
using sink_options = typename sink_impl::options_of<Sink>::type;

inline constexpr std::size_t default_max_value_bytes = 65'536;

/// Values larger than this need not be captured for `sink`.
template <class Sink>
std::size_t max_value_bytes(Sink const& sink) noexcept {
    if constexpr (requires { sink.max_value_bytes(); }) {
        return sink.max_value_bytes();
    } else {
        return default_max_value_bytes;
    }
}

/// Gives `sink` an event, with its envelope if it wants that too. A library event's envelope is the event itself.
template <class Sink, event Event>
[[gnu::always_inline]] constexpr void consume(Sink& sink, Event const& event,
                                              [[maybe_unused]] envelope const& from) noexcept {
    if constexpr (requires { sink.consume(event, from); }) {
        sink.consume(event, from);
    } else if constexpr (requires { sink.consume(event); }) {  // else it is no sink, and said so where it was given
        sink.consume(event);
    }
}

namespace sink_impl {
// The answers are true even where the assertion fails: whoever asserts them would make it two errors.
template <class Sink>
struct one_part {
    static constexpr bool check_parts() noexcept {
        if constexpr (sink<Sink>) {
            return true;
        } else if constexpr (!takes_library_events<Sink>) {
            static_assert(
                meta::never<Sink>,
                "sonde: S is not a sink: S::consume does not take every library event. Give S a member function"
                " void consume(sonde::event auto const&) noexcept. See docs/errors.md#sink-consume");
        } else if constexpr (!takes<Sink, users_event>) {
            static_assert(meta::never<Sink>,
                          "sonde: S is not a sink: S::consume does not take events that users define. Add an overload"
                          " void consume(sonde::event auto const&) noexcept. See docs/errors.md#sink-users-events");
        } else {
            static_assert(
                meta::never<Sink>,
                "sonde: S is not a sink: S::consume must be noexcept (monitoring may never throw into the monitored"
                " call). Declare it so. See docs/errors.md#sink-noexcept");
        }
        return true;
    }
};
template <class Sink>
struct parts_of : std::type_identity<one_part<Sink>> {};
template <class Sink>
    requires requires { Sink::check_parts(); }
struct parts_of<Sink> : std::type_identity<Sink> {};
}  // namespace sink_impl

/// To be asserted where a sink is wanted: `sink_parts<Sink>::check_parts()`. If `Sink` is none, the compiler's one error says
/// what is missing, while a concept that fails says only that it failed. A sink that is made of others has a `check_parts`
/// of its own, which asks them; asserted in its class, it would be met far from where it was named.
template <class Sink>
using sink_parts = typename sink_impl::parts_of<Sink>::type;

/// The same, to be called.
template <class Sink>
constexpr bool check_sink() {
    return sink_parts<Sink>::check_parts();
}

}  // namespace sonde

#endif
