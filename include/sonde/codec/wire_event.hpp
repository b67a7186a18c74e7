// SPDX-License-Identifier: MIT
// An event of whatever type as the members that it has on the wire.
#ifndef SONDE_CODEC_WIRE_EVENT_HPP
#define SONDE_CODEC_WIRE_EVENT_HPP

#include <sonde/event/capture_field.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/members.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>
#include <sonde/event/status.hpp>
#include <sonde/event/value_buffer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace sonde {

/// What all codecs write, so that a program with a hundred event types has one copy of each codec's code.
/// *Lifetime*: shows the event, its envelope, and the buffer that its own members were captured into.
struct wire_event {
    envelope const* from = nullptr;
    std::string_view name = {};
    sonde::kind kind = sonde::kind::function;
    sonde::status status = sonde::status::success;
    std::string_view error_message = {};
    std::optional<std::uint64_t> duration_ns = {};
    std::optional<double> cost_usd = {};
    fields input_data = {}, output_data = {}, metadata = {};
    fields members = {};  ///< further input: the members that have no key of their own on the wire
};

namespace codec_impl {
template <class Event>
concept names_kind = requires { typename std::bool_constant<Event::event_kind == kind::function>; };

template <class Event>
constexpr kind kind_of() noexcept {
    if constexpr (names_kind<Event>) {
        return Event::event_kind;
    } else if constexpr (std::same_as<Event, run_started> || std::same_as<Event, run_finished>) {
        return kind::agent;
    } else {
        return kind::function;
    }
}

// Lands a member of a library event on the wire's member of the same name, or among the further ones.
template <class Member, class Event>
void land(wire_event& wire, Event const& event, [[maybe_unused]] value_buffer& buffer,
          [[maybe_unused]] std::size_t max_value_bytes) {
    constexpr auto name = Member::name.view();
    auto const& value = event.*Member::pointer;
    if constexpr (requires(envelope const& from) { from.*Member::pointer; }) {
        return;  // read from the envelope itself
    } else if constexpr (name == "name" && requires { wire.name = value; }) {
        wire.name = value;
    } else if constexpr (name == "kind" && requires { wire.kind = value; }) {
        wire.kind = value;
    } else if constexpr (name == "status" && requires { wire.status = value; }) {
        wire.status = value;
    } else if constexpr (name == "error_message" && requires { wire.error_message = value; }) {
        wire.error_message = value;
    } else if constexpr (name == "duration_ns" && requires { wire.duration_ns = value; }) {
        wire.duration_ns = value;
    } else if constexpr (name == "cost_usd" && requires { wire.cost_usd = value; }) {
        wire.cost_usd = value;
    } else if constexpr (name == "input_data" && requires { wire.input_data = value; }) {
        wire.input_data = value;
    } else if constexpr (name == "output_data" && requires { wire.output_data = value; }) {
        wire.output_data = value;
    } else if constexpr (name == "metadata" && requires { wire.metadata = value; }) {
        wire.metadata = value;
    } else {
        capture_field(buffer, section::input, name, false, max_value_bytes, value);
    }
}

template <class Event, class... Members>
void land_all(wire_event& wire, Event const& event, value_buffer& buffer, std::size_t max_value_bytes,
              members<Members...>) {
    (land<Members>(wire, event, buffer, max_value_bytes), ...);
}
}  // namespace codec_impl

/// `event` as it goes on the wire. A library event's members land on the keys of the same name; what has none, and all
/// members of a user's event, become input. A user's event is of the kind that its static member `event_kind` says.
template <event Event>
wire_event to_wire(Event const& event, envelope const& from, value_buffer& buffer,
                   std::size_t max_value_bytes) noexcept {
    wire_event wire{.from = &from, .name = from.event_type, .kind = codec_impl::kind_of<Event>()};
    if constexpr (library_event<Event>) {
        codec_impl::land_all(wire, event, buffer, max_value_bytes, typename Event::sonde_members{});
    } else {
        capture_members(buffer, section::input, event, max_value_bytes);
    }
    wire.members = fields(buffer.data(), buffer.size(), section::input);
    return wire;
}

}  // namespace sonde

#endif
