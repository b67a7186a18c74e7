// SPDX-License-Identifier: MIT
// Whether the list of an event's members names them all.
#ifndef SONDE_EVENT_MEMBERS_LISTED_HPP
#define SONDE_EVENT_MEMBERS_LISTED_HPP

#include <sonde/event/members.hpp>
#include <sonde/meta/inert.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace sonde::event_impl {

// What an aggregate is initialised with, to learn how many values it takes.
struct any_value {
    template <class Type>
    operator Type() const noexcept;
};
template <class Derived>
struct any_base {
    template <class Base>
        requires(std::is_base_of_v<Base, Derived> && !std::is_same_v<Base, Derived>)
    operator Base() const noexcept;
};

template <std::size_t, class Value>
using repeated = Value;
template <class Type, std::size_t Bases, std::size_t Values>
inline constexpr bool takes_values =
    []<std::size_t... B, std::size_t... V>(std::index_sequence<B...>, std::index_sequence<V...>) {
        return requires { Type{repeated<B, any_base<Type>>{}..., repeated<V, any_value>{}...}; };
    }(std::make_index_sequence<Bases>{}, std::make_index_sequence<Values>{});

// Bases come first, a value each.
template <class Type, std::size_t Found = 0>
constexpr std::size_t count_bases() noexcept {
    if constexpr (takes_values<Type, Found + 1, 0>) {
        return count_bases<Type, Found + 1>();
    } else {
        return Found;
    }
}

// How many values a member takes: an array is initialised element by element, for no value converts to it.
template <class Member>
constexpr std::size_t values_of() noexcept {
    if constexpr (std::is_array_v<Member>) {
        return std::extent_v<Member> * values_of<std::remove_extent_t<Member>>();
    } else {
        return 1;
    }
}

// A pointer to a base's member says so in its type, however it was written.
template <class Type, class Pointer>
inline constexpr std::size_t own_values = 0;
template <class Type, class Member>
inline constexpr std::size_t own_values<Type, Member Type::*> = values_of<Member>();

template <class Type, class List>
inline constexpr bool lists_all = true;
template <class Type, class... Members>
    requires std::is_aggregate_v<Type>
inline constexpr bool lists_all<Type, members<Members...>> =
    !takes_values<Type, count_bases<Type>(),
                  (own_values<Type, std::remove_cv_t<decltype(Members::pointer)>> + ... + std::size_t{1})>;

/// False if `Type`, an aggregate, takes more values than its list names members: one was forgotten. Members of bases are
/// the bases' to list. Where that can't be told (a class with constructors, a member of reference type), true.
template <class Type>
inline constexpr bool lists_all_members = lists_all<Type, typename Type::sonde_members>;

template <class Event>
constexpr bool check_members() {
    if constexpr (!lists_all_members<Event>) {
        static_assert(meta::never<Event>,
                      "sonde: sonde_members is not the list of this event's members: one is missing. Add "
                      "sonde::member<\"name\", &Type::name> for each. See docs/errors.md#event-members");
    }
    return lists_all_members<Event>;
}

}  // namespace sonde::event_impl

#endif
