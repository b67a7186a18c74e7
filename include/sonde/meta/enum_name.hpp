// SPDX-License-Identifier: MIT
// The name of an enumerator, where it is known.
#ifndef SONDE_META_ENUM_NAME_HPP
#define SONDE_META_ENUM_NAME_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde::meta {

namespace meta_impl {
template <auto... Values>
constexpr std::string_view pretty_values() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;
#else
    return __PRETTY_FUNCTION__;
#endif
}

// Where the list of values stands in that text is learnt from a list that is known.
inline constexpr std::size_t values_offset = pretty_values<true, false>().find("true");
inline constexpr std::size_t values_rest =
    pretty_values<true, false>().size() - values_offset - sizeof("true, false") + 1;

// Initialising with braces is allowed only where the underlying type is fixed; elsewhere a cast to a value out of the
// enumerators' range is no constant expression.
template <class Enum>
concept fixed_enum = requires { Enum{0}; };

template <class Enum>
inline constexpr std::size_t enum_names = std::is_same_v<std::underlying_type_t<Enum>, bool> ? 2 : 64;

// Where in the list of all values' spellings the names stand; a value without an enumerator has an empty one.
template <std::size_t Count>
struct name_places {
    std::size_t start[Count] = {}, size[Count] = {};
    std::size_t total = 0;
};

// All values at once, from one text: a template for each value took most of the time to compile an enumeration.
template <std::size_t Count>
constexpr name_places<Count> find_names(std::string_view text) noexcept {
    name_places<Count> places;
    auto const end = text.size() - values_rest;
    auto start = values_offset;  // of the last component
    std::size_t found = 0;
    int depth = 0;
    for (auto i = start; i <= end && found < Count; ++i) {
        auto const c = i == end ? ',' : text[i];
        if (c == '(' || c == '<' || c == '{') {
            ++depth;
        } else if (c == ')' || c == '>' || c == '}') {
            --depth;
        } else if (depth != 0) {
            continue;
        } else if (c == ':' || c == ' ') {
            start = i + 1;
        } else if (c == ',') {
            // A value with no enumerator is spelt as a cast or a number; clang's "(anonymous namespace)" is before a ':'.
            auto const first = text[start];
            if (first != '(' && first != '-' && (first < '0' || first > '9')) {
                places.start[found] = start;
                places.size[found] = i - start;
                places.total += i - start;
            }
            ++found;
            start = i + 1;
        }
    }
    return places;
}

// The names only, one behind the other: the text they come from is not kept.
template <std::size_t Count, std::size_t Total>
struct name_table {
    std::uint16_t end[Count] = {};
    char text[Total + 1] = {};
};

template <class Enum, std::size_t... I>
constexpr auto names_of(std::index_sequence<I...>) noexcept {
    constexpr auto all = pretty_values<static_cast<Enum>(I)...>();
    constexpr auto places = find_names<sizeof...(I)>(all);
    name_table<sizeof...(I), places.total> names;
    std::size_t end = 0;
    for (std::size_t i = 0; i < sizeof...(I); ++i) {
        for (std::size_t at = 0; at < places.size[i]; ++at) { names.text[end++] = all[places.start[i] + at]; }
        names.end[i] = static_cast<std::uint16_t>(end);
    }
    return names;
}

template <class Enum>
inline constexpr auto enumerators_of = names_of<Enum>(std::make_index_sequence<enum_names<Enum>>{});
}  // namespace meta_impl

/// The enumerator's name; empty when it is not known.
/// *Units and bounds*: known for values from 0 to 63 of enumerations whose underlying type is fixed (every `enum class`).
template <class Enum>
constexpr std::string_view enum_name(Enum value) noexcept {
    if constexpr (meta_impl::fixed_enum<Enum> && !std::is_same_v<Enum, std::byte>) {
        auto const index = static_cast<std::size_t>(value);  // of a negative value: beyond the table
        if (index < meta_impl::enum_names<Enum>) {
            auto const& names = meta_impl::enumerators_of<Enum>;
            std::size_t const start = index == 0 ? 0 : names.end[index - 1];
            return {names.text + start, names.end[index] - start};
        }
    }
    return {};
}

}  // namespace sonde::meta

#endif
