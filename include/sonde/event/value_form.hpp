// SPDX-License-Identifier: MIT
// Which form a type has on the wire, told by what can be done with it.
#ifndef SONDE_EVENT_VALUE_FORM_HPP
#define SONDE_EVENT_VALUE_FORM_HPP

#include <sonde/event/raw_pointer.hpp>

#include <boost/hana/concept/struct.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde {

class value_writer;

/// A type whose author says how it is captured: `void sonde_capture(sonde::value_writer&, T const&)`, found by
/// argument-dependent lookup. It goes before every form below.
template <class Type>
concept captures_itself = requires(value_writer& writer, Type const& value) { sonde_capture(writer, value); };

namespace event_impl {

// A type with a conversion to anything (JSON libraries have them) says nothing by converting to a string.
struct nothing_known {
    explicit nothing_known() = default;
};
// Said as a call: std::is_convertible instantiates several classes for each question, and most types are asked five.
template <class Type, class To>
concept implicitly = requires(void (&take)(To), Type const& value) { take(value); };
template <class Type, class View>
concept reads_as = implicitly<Type, View> && !implicitly<Type, nothing_known> && !std::is_null_pointer_v<Type>;

template <class Type>
concept wide_text = reads_as<Type, std::u8string_view> || reads_as<Type, std::u16string_view> ||
                    reads_as<Type, std::u32string_view> || reads_as<Type, std::wstring_view>;

// A smart pointer to an array has no size, and may have no elements. With libc++ a shared_ptr<int[]> has a `*` all the same.
template <class Type>
inline constexpr bool owns_array = false;
template <template <class...> class Pointer, class Element, class... More>
inline constexpr bool owns_array<Pointer<Element[], More...>> = true;
template <template <class...> class Pointer, class Element, std::size_t Size, class... More>
inline constexpr bool owns_array<Pointer<Element[Size], More...>> = true;

// optional, expected, and the smart pointers: told from iterators by their test for emptiness.
template <class Type>
concept maybe = std::is_class_v<Type> && !owns_array<Type> &&
                requires(Type const& value) {
                    static_cast<bool>(value);
                    *value;
                    requires(requires { value.has_value(); } || requires { value.get(); });
                } && !std::is_void_v<decltype(*std::declval<Type const&>())> &&
                !std::same_as<std::remove_cvref_t<decltype(*std::declval<Type const&>())>, Type>;

template <class Type>
concept refers = requires(Type const& value) {
    typename Type::type;
    { value.get() } -> std::same_as<typename Type::type&>;
} && std::is_convertible_v<Type const&, typename Type::type&>;

template <class Type>
inline constexpr bool is_variant = false;
template <class... Alternatives>
inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

// Without <chrono>, by the names it gives: 12,000 preprocessed lines that events would bring everywhere.
template <class Type>
concept duration_like = requires(Type const& value) {
    typename Type::rep;
    { Type::period::num } -> std::convertible_to<long long>;
    { Type::period::den } -> std::convertible_to<long long>;
    value.count();
} && std::is_arithmetic_v<typename Type::rep>;

template <class Type>
concept moment_like = requires(Type const& value) {
    typename Type::clock;
    { value.time_since_epoch() } -> duration_like;
};

template <class Type>
concept structured = std::is_class_v<Type> && boost::hana::Struct<Type>::value;

using std::begin;
using std::end;
template <class Type>
using iterator_of = decltype(begin(std::declval<Type const&>()));

// Whether elements are there, not made as one looks: a view that transforms or filters would run the program's own code
// once more. A view that is borrowed has nothing to run; containers may give what stands for an element (vector<bool>,
// flat_map); iota is told by being made of two numbers.
template <class Type>
concept holds_elements =
    std::is_array_v<Type> || requires { typename Type::allocator_type; } || requires { typename Type::key_type; } ||
    ((std::is_lvalue_reference_v<std::iter_reference_t<iterator_of<Type>>> ||
      requires(std::iter_value_t<iterator_of<Type>> number) {
          requires std::is_integral_v<decltype(number)>;
          Type(number, number);
      }) &&
     (!std::ranges::enable_view<Type> || std::ranges::enable_borrowed_range<Type>));

// Only what can be gone through again, and through a const reference: looking must not use up what the function gets. A
// type that holds itself (filesystem::path) would never end.
template <class Type>
concept readable_range =
    requires(Type const& range) {
        { begin(range) } -> std::forward_iterator;
        { end(range) } -> std::sentinel_for<iterator_of<Type>>;
    } && !std::same_as<decltype(end(std::declval<Type const&>())), std::unreachable_sentinel_t> &&
    !std::same_as<std::remove_cvref_t<std::iter_reference_t<iterator_of<Type>>>, Type> && holds_elements<Type>;

// A range that going through would use up or compute, or that has no end: not for a formatter of ranges either.
template <class Type>
concept guarded_range =
    requires(Type const& range) {
        begin(range);
        end(range);
    } && (!std::forward_iterator<iterator_of<Type>> || !holds_elements<Type> ||
          std::same_as<decltype(end(std::declval<Type const&>())), std::unreachable_sentinel_t>);

// Not every type with keys: Qt's maps are ranges of values.
template <class Type>
concept string_map = readable_range<Type> && requires(iterator_of<Type> each) {
    typename Type::key_type;
    typename Type::mapped_type;
    (*each).second;
    requires reads_as<std::remove_cvref_t<decltype((*each).first)>, std::string_view>;
};

// Where a key may be there twice, no `at` finds the one.
template <class Type>
concept multiple_keys = requires(Type const& map, typename Type::key_type const& key) { map.count(key); } &&
                        !requires(Type const& map, typename Type::key_type const& key) { map.at(key); };

}  // namespace event_impl

}  // namespace sonde

#endif
