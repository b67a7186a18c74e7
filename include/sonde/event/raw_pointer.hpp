// SPDX-License-Identifier: MIT
// Which raw pointers can be taken for a C string, or for the address of an object, and which can't.
#ifndef SONDE_EVENT_RAW_POINTER_HPP
#define SONDE_EVENT_RAW_POINTER_HPP

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace sonde::event_impl {

template <class Type>
concept complete = requires { sizeof(Type); };

template <class Type>
concept wide_character = std::same_as<Type, char8_t> || std::same_as<Type, char16_t> || std::same_as<Type, char32_t> ||
                         std::same_as<Type, wchar_t>;

// A pointer says nothing of what lies behind it: the end of a range, memory that nobody has written yet, text without a
// zero. Reading what the call itself would not have read is the one thing that watching must not do (docs/wire.md#pointers).

/// By convention a C string. A pointer to characters that are not const is somewhere to write one.
template <class Type>
concept c_string = std::is_pointer_v<Type> && std::is_const_v<std::remove_pointer_t<Type>> &&
                   (std::same_as<std::remove_pointer_t<Type>, char const> ||
                    wide_character<std::remove_const_t<std::remove_pointer_t<Type>>>);

template <class Type>
concept any_character = std::same_as<Type, char> || wide_character<Type>;

/// Where it stands alone, the address of an object. Not of single bytes, which are buffers and flags to be set, nor of
/// another pointer, which may not be set yet.
template <class Type>
concept object_pointer = std::is_pointer_v<Type> && std::is_object_v<std::remove_pointer_t<Type>> &&
                         !std::is_pointer_v<std::remove_pointer_t<Type>> && complete<std::remove_pointer_t<Type>> &&
                         !any_character<std::remove_cv_t<std::remove_pointer_t<Type>>> &&
                         (sizeof(std::remove_pointer_t<Type>) > 1 || std::is_class_v<std::remove_pointer_t<Type>>);

template <class Type, class Other>
inline constexpr bool point_alike = false;
template <class Left, class Right>
inline constexpr bool point_alike<Left*, Right*> = std::is_same_v<std::remove_cv_t<Left>, std::remove_cv_t<Right>>;

/// May be the size of what a pointer beside it points to.
template <class Type>
concept count_like = std::is_integral_v<Type> && !std::same_as<Type, bool>;
/// Is likely to be one: an `int` in a pair or tuple is a number as any other.
template <class Type>
concept size_like = count_like<Type> && (sizeof(Type) >= 8 || (sizeof(Type) >= 4 && std::is_unsigned_v<Type>));

/// Whether one of a struct's members, or of a tuple's elements, is text that another one bounds: a buffer.
template <class Part, class... Members>
inline constexpr bool bounded_member = false;
template <c_string Part, class... Members>
inline constexpr bool bounded_member<Part, Members...> = (std::size_t{point_alike<Part, Members>} + ...) > 1 ||
                                                         (count_like<Members> || ...);
template <class Part, class... Elements>
inline constexpr bool bounded_element = false;
template <c_string Part, class... Elements>
inline constexpr bool bounded_element<Part, Elements...> = (std::size_t{point_alike<Part, Elements>} + ...) > 1 ||
                                                           (size_like<Elements> || ...);

}  // namespace sonde::event_impl

#endif
