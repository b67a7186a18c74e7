// SPDX-License-Identifier: MIT
// The elements of tuples and pairs, the standard's and Hana's.
#ifndef SONDE_EVENT_TUPLE_ELEMENTS_HPP
#define SONDE_EVENT_TUPLE_ELEMENTS_HPP

#include <boost/hana/at.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/tuple.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::event_impl {

template <class... Types>
struct type_list {
    static constexpr auto size = sizeof...(Types);
};

// Not whatever has a std::tuple_size: std::get finds the standard's only.
template <class Type>
struct elements_of {};
template <class... Elements>
struct elements_of<std::tuple<Elements...>> : std::type_identity<type_list<Elements...>> {};
template <class First, class Second>
struct elements_of<std::pair<First, Second>> : std::type_identity<type_list<First, Second>> {};
template <class... Elements>
struct elements_of<boost::hana::tuple<Elements...>> : std::type_identity<type_list<Elements...>> {};
template <class First, class Second>
struct elements_of<boost::hana::pair<First, Second>> : std::type_identity<type_list<First, Second>> {};

template <class Type>
concept tuple_like = requires { typename elements_of<Type>::type; };

template <std::size_t I, class... Elements>
constexpr auto const& element(std::tuple<Elements...> const& tuple) noexcept {
    return std::get<I>(tuple);
}
template <std::size_t I, class First, class Second>
constexpr auto const& element(std::pair<First, Second> const& pair) noexcept {
    return std::get<I>(pair);
}
template <std::size_t I, class... Elements>
constexpr auto const& element(boost::hana::tuple<Elements...> const& tuple) noexcept {
    return boost::hana::at_c<I>(tuple);
}
template <std::size_t I, class First, class Second>
constexpr auto const& element(boost::hana::pair<First, Second> const& pair) noexcept {
    if constexpr (I == 0) {
        return boost::hana::first(pair);
    } else {
        return boost::hana::second(pair);
    }
}

}  // namespace sonde::event_impl

#endif
