// SPDX-License-Identifier: MIT
// Which pointers among a call's arguments are taken for ranges, and not read through.
#ifndef SONDE_CALL_POINTER_ARGUMENTS_HPP
#define SONDE_CALL_POINTER_ARGUMENTS_HPP

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace sonde::call_impl {

// A `char const*` is a C string, by convention; a `char*` is somewhere to write one.
template <class Type>
inline constexpr bool points_to_object =
    std::is_pointer_v<Type> && !std::is_same_v<std::remove_pointer_t<Type>, char const>;

template <std::size_t Position, class... Types>
constexpr bool range_pointer() noexcept {
    using types = std::tuple<Types...>;
    using own = std::tuple_element_t<Position, types>;
    if constexpr (!points_to_object<own>) { return false; }
    if constexpr (Position > 0) {
        if (std::is_same_v<std::tuple_element_t<Position - 1, types>, own>) { return points_to_object<own>; }
    }
    if constexpr (Position + 1 < sizeof...(Types)) {
        using next = std::tuple_element_t<Position + 1, types>;
        return points_to_object<own> && (std::is_same_v<next, own> || std::is_integral_v<next>);
    }
    return false;
}

/// Whether the parameter at `Position` is a pointer beside another of its type (first and last), or before an integer
/// (data and size). What such a pointer points to may be no object: the end of a range, a buffer that is not yet written.
template <std::size_t Position, class... Parameters>
inline constexpr bool points_to_range = range_pointer<Position, std::remove_cvref_t<Parameters>...>();

}  // namespace sonde::call_impl

#endif
