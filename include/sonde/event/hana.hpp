// SPDX-License-Identifier: MIT
// Makes every aggregate with a list of members a hana::Struct.
#ifndef SONDE_EVENT_HANA_HPP
#define SONDE_EVENT_HANA_HPP

#include <sonde/event/members.hpp>
#include <sonde/event/members_listed.hpp>

#include <boost/hana/core/when.hpp>
#include <boost/hana/fwd/accessors.hpp>
#include <boost/hana/fwd/core/make.hpp>
#include <boost/hana/fwd/pair.hpp>
#include <boost/hana/fwd/string.hpp>
#include <boost/hana/fwd/tuple.hpp>

#include <cstddef>
#include <utility>

namespace sonde {

/// A type that lists its members for Hana.
template <class Type>
concept lists_members = requires { typename Type::sonde_members; };

namespace event_impl {
template <class Member>
constexpr auto hana_key() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return boost::hana::string<Member::name.text[I]...>{};
    }(std::make_index_sequence<Member::name.size()>{});
}

template <class Member>
struct hana_accessor {
    template <class Object>
    constexpr decltype(auto) operator()(Object&& object) const noexcept {
        return (static_cast<Object&&>(object).*Member::pointer);
    }
};
}  // namespace event_impl

}  // namespace sonde

// Forward declarations of Hana suffice: whoever runs an algorithm over an event includes it, and only they pay for it.
template <sonde::lists_members Type>
struct boost::hana::accessors_impl<Type, boost::hana::when<true>> {
    template <class... Members>
    static constexpr auto all(sonde::members<Members...>) {
        return boost::hana::make_tuple(boost::hana::make_pair(sonde::event_impl::hana_key<Members>(),
                                                              sonde::event_impl::hana_accessor<Members>{})...);
    }
    template <class Listed = typename Type::sonde_members>
    static constexpr auto apply() {
        static_cast<void>(sonde::event_impl::check_members<Type>());
        return all(Listed{});
    }
};

#endif
