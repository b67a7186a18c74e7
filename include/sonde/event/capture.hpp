// SPDX-License-Identifier: MIT
// Captures a value of any C++ type: in the form that docs/wire.md gives it, but in binary.
#ifndef SONDE_EVENT_CAPTURE_HPP
#define SONDE_EVENT_CAPTURE_HPP

#include <sonde/event/capture_limits.hpp>
#include <sonde/event/capture_text.hpp>
#include <sonde/event/for_each_member.hpp>
#include <sonde/event/hana.hpp>
#include <sonde/event/members.hpp>
#include <sonde/event/members_listed.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/event/raw_pointer.hpp>
#include <sonde/event/replaced_keys.hpp>
#include <sonde/event/tuple_elements.hpp>
#include <sonde/event/value_form.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/enum_name.hpp>
#include <sonde/meta/type_name.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde {

namespace event_impl {

template <class Type>
void write_value(value_writer& writer, Type const& value);

// The `Type` of the above for an expression of type `Given`: it keeps `volatile`.
template <class Given>
using captured_as = std::remove_const_t<std::remove_reference_t<Given>>;

// What a member is captured as: not read, if it is text that another member bounds.
template <class Member, class... Members>
using member_as = std::conditional_t<bounded_member<captured_as<Member>, std::remove_cvref_t<Members>...>,
                                     unread_pointer, captured_as<Member>>;
template <class Element, class... Elements>
using element_as = std::conditional_t<bounded_element<captured_as<Element>, std::remove_cvref_t<Elements>...>,
                                      unread_pointer, captured_as<Element>>;

template <class Struct, class Listed>
using listed_type = decltype(std::declval<Struct const&>().*Listed::pointer);

// Straight from the list, where there is one: what Hana makes of it costs three times as much to compile.
template <class Struct, class... Listed>
void write_members(value_writer& writer, Struct const& object, members<Listed...>) {
    static_cast<void>((... && (writer.next_key(Listed::name.view()) &&
                               (write_value<member_as<listed_type<Struct, Listed>, listed_type<Struct, Listed>...>>(
                                    writer, object.*Listed::pointer),
                                true))));
}

template <class Struct>
void write_struct(value_writer& writer, Struct const& object) {
    writer.begin_object();
    if constexpr (lists_members<Struct>) {
        static_cast<void>(check_members<Struct>());
        write_members(writer, object, typename Struct::sonde_members{});
    } else {
        with_accessors<Struct>([&](auto const&... access) {
            static_cast<void>((... && (writer.next_key(access_name(access)) &&
                                       (write_value<member_as<decltype(access_member(access, object)),
                                                              decltype(access_member(access, object))...>>(
                                            writer, access_member(access, object)),
                                        true))));
        });
    }
    writer.end();
}

template <class Tuple, class... Elements, std::size_t... I>
void write_elements(value_writer& writer, Tuple const& tuple, type_list<Elements...>, std::index_sequence<I...>) {
    static_cast<void>((... && (writer.wants_more() &&
                               (write_value<element_as<Elements, Elements...>>(writer, element<I>(tuple)), true))));
}

template <class Type>
void write_range(value_writer& writer, Type const& range) {
    writer.begin_array();
    auto const last = end(range);
    for (auto each = begin(range); each != last && writer.wants_more(); ++each) {
        if constexpr (requires { requires std::is_same_v<typename Type::value_type, bool>; }) {
            writer.boolean(static_cast<bool>(*each));  // of std::vector<bool>, *each is something else
        } else {
            write_value<captured_as<decltype(*each)>>(writer, *each);
        }
    }
    writer.end();
}

inline std::string_view key_of(std::string_view text) noexcept { return text; }
inline std::string_view key_of(char const* text) noexcept { return text == nullptr ? std::string_view{} : text; }

// Each with its key in an array: what an object would lose members of.
template <class Type>
void write_entries(value_writer& writer, Type const& map) {
    writer.begin_array();
    auto const last = end(map);
    for (auto each = begin(map); each != last && writer.wants_more(); ++each) {
        auto const& entry = *each;
        writer.begin_array();
        if (writer.string_key(key_of(entry.first))) {
            write_value<captured_as<decltype(entry.second)>>(writer, entry.second);
        }
        writer.end();
    }
    writer.end();
}

template <class Type>
void write_map(value_writer& writer, Type const& map) {
    auto const start = writer.here();
    replaced_keys keys;
    writer.begin_object();
    auto const last = end(map);
    for (auto each = begin(map); each != last && writer.wants_more(); ++each) {
        auto const& entry = *each;
        auto const key = key_of(entry.first);
        if (!keys.add(key)) {
            writer.back_to(start);
            return write_entries(writer, map);
        }
        writer.key(key);
        write_value<captured_as<decltype(entry.second)>>(writer, entry.second);
    }
    writer.end();
}

template <class Type>
void write_maybe(value_writer& writer, Type const& value) {
    if (static_cast<bool>(value)) {
        write_value<captured_as<decltype(*value)>>(writer, *value);
    } else if constexpr (requires { value.error(); }) {
        writer.begin_object();
        writer.key("error");
        write_value<captured_as<decltype(value.error())>>(writer, value.error());
        writer.end();
    } else {
        writer.null();
    }
}

template <class Type>
void write_compound(value_writer& writer, Type const& value) {
    if constexpr (string_map<Type> && multiple_keys<Type>) {
        write_entries(writer, value);
    } else if constexpr (string_map<Type>) {
        write_map(writer, value);
    } else if constexpr (object_container<Type>) {
        write_range(writer, value);
    } else if constexpr (structured<Type>) {
        write_struct(writer, value);
    } else if constexpr (readable_range<Type>) {
        write_range(writer, value);
    } else {
        using elements = typename elements_of<Type>::type;
        writer.begin_array();
        write_elements(writer, value, elements{}, std::make_index_sequence<elements::size>{});
        writer.end();
    }
}

template <class Type>
void write_scalar(value_writer& writer, Type value) noexcept {
    if constexpr (std::same_as<Type, bool>) {
        writer.boolean(value);
    } else if constexpr (std::same_as<Type, char>) {
        writer.string({&value, 1});
    } else if constexpr (wide_character<Type>) {
        write_wide(writer, std::basic_string_view<Type>(&value, 1));
    } else if constexpr (std::same_as<Type, float>) {
        writer.number(value);
    } else if constexpr (std::is_floating_point_v<Type>) {
        writer.number(static_cast<double>(value));
    } else if constexpr (std::is_signed_v<Type>) {
        writer.integer(static_cast<std::int64_t>(value));
    } else {
        writer.integer(static_cast<std::uint64_t>(value));
    }
}

template <class Type>
void write_enum(value_writer& writer, Type value) noexcept {
    if (auto const name = meta::enum_name(value); !name.empty()) {
        writer.string(name);
    } else {
        write_scalar(writer, static_cast<std::underlying_type_t<Type>>(value));
    }
}

// One function per type and no more: each template here is instantiated for every type that a program captures.
template <class Type>
void write_value(value_writer& writer, Type const& value) {
    if constexpr (captures_itself<Type>) {
        sonde_capture(writer, value);
    } else if constexpr (lists_members<Type>) {  // said outright: nothing else need be asked
        if (writer.at_max_depth()) { return writer.opaque(meta::type_name<Type>()); }
        write_struct(writer, value);
    } else if constexpr (object_container<Type>) {
        if (writer.at_max_depth()) { return writer.opaque(meta::type_name<Type>()); }
        write_compound(writer, value);
    } else if constexpr (!complete<Type> || std::is_function_v<Type>) {
        writer.opaque(meta::type_name<Type>());
    } else if constexpr (std::is_null_pointer_v<Type> || std::same_as<Type, std::monostate>) {
        writer.null();
    } else if constexpr (std::is_floating_point_v<Type> ||
                         (std::is_integral_v<Type> &&
                          sizeof(Type) <= sizeof(std::uint64_t))) {  // wider ones: as fmt does
        write_scalar<std::remove_volatile_t<Type>>(writer, value);
    } else if constexpr (std::is_enum_v<Type>) {
        write_enum(writer, value);
    } else if constexpr (std::is_array_v<Type> &&
                         std::is_same_v<std::remove_const_t<std::remove_extent_t<Type>>, char>) {
        writer.string(
            std::string_view(value, sizeof value).substr(0, std::string_view(value, sizeof value).find('\0')));
    } else if constexpr (std::is_pointer_v<std::remove_volatile_t<Type>> &&
                         std::is_object_v<std::remove_pointer_t<Type>>) {
        // Within a value, where nothing is known of what it points to.
        if (value == nullptr) {
            writer.null();
        } else if constexpr (std::is_same_v<Type, char const*>) {
            writer.string(value);
        } else if constexpr (c_string<Type>) {
            write_wide(writer, value);
        } else {
            writer.opaque(meta::type_name<Type>());
        }
    } else if constexpr (reads_as<Type, std::string_view>) {
        writer.string(value);
    } else if constexpr (wide_text<Type>) {
        write_wide(writer, value);
    } else if constexpr (maybe<Type>) {
        write_maybe(writer, value);
    } else if constexpr (refers<Type>) {
        write_value<captured_as<typename Type::type>>(writer, value.get());
    } else if constexpr (is_variant<Type>) {
        if (value.valueless_by_exception()) { return writer.null(); }
        std::visit([&]<class Held>(Held const& held) { write_value<Held>(writer, held); }, value);
    } else if constexpr (duration_like<Type> || moment_like<Type>) {
        write_time(writer, value);
    } else if constexpr (readable_range<Type> || structured<Type> || tuple_like<Type>) {
        // The next level in; a type that holds values of its own type can go deeper than any bound.
        if (writer.at_max_depth()) { return writer.opaque(meta::type_name<Type>()); }
        write_compound(writer, value);
    } else if constexpr (formattable<Type> && !guarded_range<Type>) {
        write_formatted(writer, value);
    } else {
        writer.opaque(meta::type_name<Type>());
    }
}

// Written without anything that could throw.
template <class Type>
concept small_scalar = std::is_enum_v<Type> || (std::is_arithmetic_v<Type> && sizeof(Type) <= sizeof(std::uint64_t));

/// What capturing needs to know of a type, as data: the code that does it is the same for all types.
struct capturing {
    void (*write)(value_writer&, void const*);
    std::string_view type;
};
template <class Type>
inline constexpr capturing capturing_of{[](value_writer& writer, [[maybe_unused]] void const* value) {
                                            if constexpr (!complete<Type> || std::is_function_v<Type>) {
                                                writer.opaque(meta::type_name<Type>());
                                            } else {
                                                write_value<Type>(writer, *static_cast<Type const*>(value));
                                            }
                                        },
                                        meta::type_name<Type>()};

template <class Type>
void const* address(Type const& value) noexcept {
    if constexpr (std::is_function_v<Type>) {
        return nullptr;
    } else {
        return const_cast<void const*>(static_cast<void const volatile*>(__builtin_addressof(value)));
    }
}

[[gnu::noinline]] inline void capture_erased(value_writer& writer, capturing const& how, void const* value) noexcept {
    auto const start = writer.here();
    meta::catching([&] { how.write(writer, value); },
                   [&] {
                       writer.back_to(start);
                       writer.opaque(how.type);
                   });
}

}  // namespace event_impl

/// Captures `value`, whatever its type. A value whose own code throws while it is read is written as its type's name.
/// *Thread safety*: as reading `value`.
template <class Type>
void capture(value_writer& writer, Type const& value) noexcept {
    if constexpr (event_impl::small_scalar<Type>) {
        event_impl::write_value<Type>(writer, value);
    } else {
        event_impl::capture_erased(writer, event_impl::capturing_of<Type>, event_impl::address(value));
    }
}

}  // namespace sonde

#endif
