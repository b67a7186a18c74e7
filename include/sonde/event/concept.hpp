// SPDX-License-Identifier: MIT
// What an event is, and what its type is called on the wire.
#ifndef SONDE_EVENT_CONCEPT_HPP
#define SONDE_EVENT_CONCEPT_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/hana.hpp>
#include <sonde/event/level.hpp>
#include <sonde/meta/type_name.hpp>

#include <boost/hana/concept/struct.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>

namespace sonde {

/// An event of the library's own: it carries its envelope.
template <class Event>
concept library_event = std::derived_from<std::remove_cvref_t<Event>, envelope>;

/// Anything that a sink may be given: a library event, or a user's own `hana::Struct`, however it was adapted.
template <class Event>
concept event = library_event<Event> || boost::hana::Struct<std::remove_cvref_t<Event>>::value;

namespace event_impl {
// Only a static member will do: an event may well have a data member called `level`. g++ 12 tells the two apart by their
// address alone.
template <class Address>
concept of_static = std::is_pointer_v<Address>;
template <class Event>
concept names_type = requires {
    { &Event::event_type } -> of_static;
} && std::convertible_to<decltype(Event::event_type), std::string_view>;
template <class Event>
concept names_channel = requires {
    { &Event::channel } -> of_static;
} && std::convertible_to<decltype(Event::channel), std::string_view>;
template <class Event>
concept names_level = requires {
    { &Event::level } -> std::same_as<sonde::level const*>;
};
}  // namespace event_impl

/// The type of a user's event: its static member `event_type`, else its own name without namespaces.
template <event Event>
constexpr std::string_view event_type_of() noexcept {
    if constexpr (event_impl::names_type<Event>) {
        return Event::event_type;
    } else {
        return meta::unqualified(meta::type_name<Event>());
    }
}

/// The channel of a user's event: its static member `channel`, else FUNCTION.
template <event Event>
constexpr std::string_view channel_of() noexcept {
    if constexpr (event_impl::names_channel<Event>) {
        return Event::channel;
    } else {
        return "FUNCTION";
    }
}

/// The level of a user's event: its static member `level`, else info.
template <event Event>
constexpr level level_of() noexcept {
    if constexpr (event_impl::names_level<Event>) {
        return Event::level;
    } else {
        return level::info;
    }
}

}  // namespace sonde

#endif
