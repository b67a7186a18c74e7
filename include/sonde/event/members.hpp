// SPDX-License-Identifier: MIT
// The list of an event's members, as a type: what makes a plain aggregate a hana::Struct.
#ifndef SONDE_EVENT_MEMBERS_HPP
#define SONDE_EVENT_MEMBERS_HPP

#include <sonde/meta/fixed_string.hpp>

namespace sonde {

/// A member with its name: `member<"amount", &order_created::amount>`.
template <fixed_string Name, auto Pointer>
struct member {
    static constexpr auto name = Name;
    static constexpr auto pointer = Pointer;
};

/// An aggregate with `using sonde_members = members<member<...>...>` is a `hana::Struct` (see event/hana.hpp), and costs
/// a translation unit that doesn't use it next to nothing, unlike BOOST_HANA_DEFINE_STRUCT.
template <class... Members>
struct members {
    static constexpr auto size = sizeof...(Members);
};

namespace event_impl {
template <class Left, class Right>
struct joined;
template <class... Left, class... Right>
struct joined<members<Left...>, members<Right...>> {
    using type = members<Left..., Right...>;
};
}  // namespace event_impl

/// The members of a base, then one's own.
template <class Base, class... Own>
using members_after = typename event_impl::joined<typename Base::sonde_members, members<Own...>>::type;

}  // namespace sonde

#endif
