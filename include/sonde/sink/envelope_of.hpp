// SPDX-License-Identifier: MIT
// The envelope of an event that a sink was given without one.
#ifndef SONDE_SINK_ENVELOPE_OF_HPP
#define SONDE_SINK_ENVELOPE_OF_HPP

#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/time/timestamp.hpp>

#include <chrono>

namespace sonde {

/// A library event is its own envelope. A user's event that comes without one, straight into `consume`, happens now,
/// outside of any trace, and nobody's agent reports it.
template <event Event>
envelope envelope_of(Event const& event) noexcept {
    if constexpr (library_event<Event>) {
        return event;
    } else {
        auto const now = std::chrono::system_clock::now().time_since_epoch();
        return {.event_type = event_type_of<Event>(),
                .channel = channel_of<Event>(),
                .level = level_of<Event>(),
                .timestamp = {std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()}};
    }
}

}  // namespace sonde

#endif
