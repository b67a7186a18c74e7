// SPDX-License-Identifier: MIT
// Which pointers among a call's arguments, and as its result, are not read through.
#ifndef SONDE_CALL_POINTER_ARGUMENTS_HPP
#define SONDE_CALL_POINTER_ARGUMENTS_HPP

#include <sonde/event/raw_pointer.hpp>

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

// An iterator of such a range may be that pointer, and be its end. Only of a std::string there is a zero.
template <class Type, class Pointer>
inline constexpr bool ranges_over = false;
template <class Element, std::size_t Size, class Object>
inline constexpr bool ranges_over<Element[Size], Object*> =
    std::is_same_v<std::remove_cv_t<Element>, std::remove_cv_t<Object>>;
template <class Type, class Object>
    requires requires(Type& range) { *range.begin(); }
inline constexpr bool ranges_over<Type, Object*> =
    !std::is_same_v<Type, std::string> &&
    std::is_same_v<std::remove_cvref_t<decltype(*std::declval<Type&>().begin())>, std::remove_cv_t<Object>>;

template <std::size_t Position, class... Types>
constexpr bool bounded_argument() noexcept {
    using types = std::tuple<Types...>;
    using own = std::tuple_element_t<Position, types>;
    if constexpr (!std::is_pointer_v<own>) { return false; }
    if constexpr (Position > 0) {
        if (event_impl::count_like<std::tuple_element_t<Position - 1, types>>) { return true; }
    }
    if constexpr (Position + 1 < sizeof...(Types)) {
        if (event_impl::count_like<std::tuple_element_t<Position + 1, types>>) { return true; }
    }
    return (std::size_t{event_impl::point_alike<own, Types>} + ...) > 1 || (ranges_over<Types, own> || ...);
}

/// Whether the parameter at `Position` is a pointer that another one may bound: one to the same type, wherever it stands;
/// a range of that type; an integer beside it. Then there may be nothing to read where it points.
template <std::size_t Position, class... Parameters>
inline constexpr bool unread_argument = bounded_argument<Position, std::remove_cvref_t<Parameters>...>();

// What a result may point into, or be the size of.
template <class Type>
concept origin = std::is_pointer_v<Type> || event_impl::count_like<Type> ||
                 (!std::is_same_v<Type, std::string> && (
                      std::is_array_v<Type> || requires(Type& value) { value.begin(); } ||
                      requires(Type& value) { value.data(); } ||
                      requires(Type& value) { *value, ++value; }));

/// Whether a result is a pointer that may point anywhere: to the end of what was given, into memory just allocated. Not so
/// where nothing was given that could say so: neither arguments like that, nor an object or captures.
template <class Result, class Callable, class... Parameters>
inline constexpr bool unread_result = false;
template <class Result, class Callable, class... Parameters>
    requires std::is_pointer_v<std::remove_cvref_t<Result>>
inline constexpr bool unread_result<Result, Callable, Parameters...> =
    (std::is_class_v<std::remove_cvref_t<Callable>> && !std::is_empty_v<std::remove_cvref_t<Callable>>) ||
    (origin<std::remove_cvref_t<Parameters>> || ...);

}  // namespace sonde::call_impl

#endif
