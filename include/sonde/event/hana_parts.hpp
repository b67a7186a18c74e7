// SPDX-License-Identifier: MIT
// Takes Hana's tuples and pairs apart without including them.
#ifndef SONDE_EVENT_HANA_PARTS_HPP
#define SONDE_EVENT_HANA_PARTS_HPP

#include <boost/hana/core/tag_of.hpp>
#include <boost/hana/fwd/at.hpp>
#include <boost/hana/fwd/first.hpp>
#include <boost/hana/fwd/pair.hpp>
#include <boost/hana/fwd/second.hpp>
#include <boost/hana/fwd/tuple.hpp>
#include <boost/hana/fwd/unpack.hpp>

#include <cstddef>
#include <type_traits>

// By the customisation points behind Hana's functions: whoever has a tuple or a pair has included what specialises them, and
// nobody else pays for the functions, which are 2,100 preprocessed lines. They are looked up by a tag that depends on
// a template parameter, so only where they are used.
namespace sonde::event_impl {

template <class Value>
using hana_tag = typename boost::hana::tag_of<Value>::type;

/// `use(element...)`.
template <class Tuple, class Use>
constexpr void unpack_hana(Tuple const& tuple, Use&& use) {
    boost::hana::unpack_impl<hana_tag<Tuple>>::apply(tuple, use);
}
template <std::size_t I, class Tuple>
constexpr auto const& hana_at(Tuple const& tuple) noexcept {
    return boost::hana::at_impl<hana_tag<Tuple>>::apply(tuple, std::integral_constant<std::size_t, I>{});
}
template <class Pair>
constexpr auto const& hana_first(Pair const& pair) noexcept {
    return boost::hana::first_impl<hana_tag<Pair>>::apply(pair);
}
template <class Pair>
constexpr auto const& hana_second(Pair const& pair) noexcept {
    return boost::hana::second_impl<hana_tag<Pair>>::apply(pair);
}

}  // namespace sonde::event_impl

#endif
