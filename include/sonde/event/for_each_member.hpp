// SPDX-License-Identifier: MIT
// Visits the members of a hana::Struct with their names.
#ifndef SONDE_EVENT_FOR_EACH_MEMBER_HPP
#define SONDE_EVENT_FOR_EACH_MEMBER_HPP

#include <sonde/event/hana.hpp>
#include <sonde/event/hana_parts.hpp>
#include <sonde/event/members.hpp>
#include <sonde/event/members_listed.hpp>
#include <sonde/meta/type_name.hpp>

#include <boost/hana/fwd/accessors.hpp>

#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

namespace event_impl {

/// `use(access...)`, with a pair of key and accessor for each member.
template <class Struct, class Use>
constexpr void with_accessors(Use&& use) {
    unpack_hana(boost::hana::accessors_impl<Struct>::apply(), use);
}

template <class Access>
constexpr std::string_view access_name(Access const&) noexcept {
    using key = std::remove_cvref_t<decltype(hana_first(std::declval<Access const&>()))>;
    if constexpr (requires { key::c_str(); }) {
        return key::c_str();
    } else {
        return meta::type_name<key>();  // Hana allows keys that are no strings
    }
}

template <class Access, class Object>
constexpr decltype(auto) access_member(Access const& access, Object& object) {
    return hana_second(access)(object);
}

template <class Object, class Visit, class... Listed>
constexpr void visit_listed(Object& object, Visit& visit, members<Listed...>) {
    (visit(Listed::name.view(), object.*Listed::pointer), ...);
}
}  // namespace event_impl

/// Calls `visit(name, member)` for each member of `object`, in order.
/// *Requires*: its type lists its members, or is adapted for Hana in whatever way.
template <class Object, class Visit>
constexpr void for_each_member(Object& object, Visit&& visit) {
    using type = std::remove_const_t<Object>;
    if constexpr (lists_members<type>) {  // a third of the cost to compile
        static_cast<void>(event_impl::check_members<type>());
        event_impl::visit_listed(object, visit, typename type::sonde_members{});
    } else {
        event_impl::with_accessors<type>([&](auto const&... access) {
            (visit(event_impl::access_name(access), event_impl::access_member(access, object)), ...);
        });
    }
}

}  // namespace sonde

#endif
