// SPDX-License-Identifier: MIT
// Captures a value as a field of an event.
#ifndef SONDE_EVENT_CAPTURE_FIELD_HPP
#define SONDE_EVENT_CAPTURE_FIELD_HPP

#include <sonde/event/capture.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/field_start.hpp>
#include <sonde/event/field_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/for_each_member.hpp>
#include <sonde/event/raw_pointer.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_form.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/meta/catching.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace event_impl {

[[gnu::noinline]] inline bool capture_field_erased(value_buffer& buffer, capture_limits const& limits, field_form form,
                                                   std::string_view const& key, capturing const& how,
                                                   void const* value) noexcept {
    struct argument {
        capturing const& how;
        void const* value;
    } const both{how, value};
    return write_field(
        buffer, limits, form, key,
        [](value_writer& writer, void const* given) {
            auto const& one = *static_cast<argument const*>(given);
            capture_erased(writer, one.how, one.value);
        },
        &both);
}

[[gnu::noinline]] inline void capture_field_erased(value_buffer& buffer, capture_limits const& limits,
                                                   field_start start, capturing const& how,
                                                   void const* value) noexcept {
    capture_field_erased(buffer, limits, {start.in(), start.whole()}, start.key(), how, value);
}

template <class Type>
concept plain_integer = std::is_integral_v<Type> && sizeof(Type) <= sizeof(std::uint64_t) &&
                        !std::same_as<Type, char> && !wide_character<Type>;

}  // namespace event_impl

/// Captures `value` as the field `key`; with `whole`, as the section itself. Here, and not within a value, a pointer to an
/// object is read through.
template <class Type>
bool capture_field(value_buffer& buffer, section in, std::string_view const& key, bool whole,
                   capture_limits const& limits, Type const& value) noexcept {
    using plain = std::remove_volatile_t<Type>;
    field_form const form{in, whole};
    if constexpr (event_impl::object_pointer<plain>) {
        if (value == nullptr) { return capture_field(buffer, in, key, whole, limits, nullptr); }
        return capture_field(buffer, in, key, whole, limits, *value);
        // What most arguments and results are goes the short way.
    } else if constexpr (std::is_same_v<plain, bool>) {
        return write_field(buffer, limits, form, key, value_type::boolean, bool{value});
    } else if constexpr (event_impl::plain_integer<plain> && std::is_signed_v<plain>) {
        return write_field(buffer, limits, form, key, value_type::signed_integer, std::int64_t{value});
    } else if constexpr (event_impl::plain_integer<plain>) {
        return write_field(buffer, limits, form, key, value_type::unsigned_integer, std::uint64_t{value});
    } else if constexpr (std::is_same_v<plain, double>) {
        return write_field(buffer, limits, form, key, value_type::float64, double{value});
    } else if constexpr (std::is_same_v<Type, std::string_view> || std::is_same_v<Type, std::string>) {
        return write_field(buffer, limits, form, key, std::string_view(value));
    } else {
        return event_impl::capture_field_erased(buffer, limits, form, key, event_impl::capturing_of<Type>,
                                                event_impl::address(value));
    }
}

/// The same under a key that was known when the program was compiled. *Requires*: it is no redacted one.
template <class Type>
void capture_field(value_buffer& buffer, field_start start, capture_limits const& limits, Type const& value) noexcept {
    using plain = std::remove_volatile_t<Type>;
    if constexpr (event_impl::object_pointer<plain>) {
        if (value == nullptr) { return capture_field(buffer, start, limits, nullptr); }
        return capture_field(buffer, start, limits, *value);
    } else if constexpr (std::is_same_v<plain, bool>) {
        return write_field<value_type::boolean>(buffer, start, bool{value});
    } else if constexpr (event_impl::plain_integer<plain> && std::is_signed_v<plain>) {
        return write_field<value_type::signed_integer>(buffer, start, std::int64_t{value});
    } else if constexpr (event_impl::plain_integer<plain>) {
        return write_field<value_type::unsigned_integer>(buffer, start, std::uint64_t{value});
    } else if constexpr (std::is_same_v<plain, float>) {
        return write_field<value_type::float32>(buffer, start, float{value});
    } else if constexpr (std::is_same_v<plain, double>) {
        return write_field<value_type::float64>(buffer, start, double{value});
    } else if constexpr (std::is_same_v<Type, std::string_view> || std::is_same_v<Type, std::string>) {
        return write_field(buffer, limits.max_value_bytes, start, std::string_view(value));
    } else {
        return event_impl::capture_field_erased(buffer, limits, start, event_impl::capturing_of<Type>,
                                                event_impl::address(value));
    }
}

/// Captures each member of a hana::Struct as a field.
template <class Struct>
bool capture_members(value_buffer& buffer, section in, Struct const& object, capture_limits const& limits) noexcept {
    bool kept = true;
    auto const keep = [&](std::string_view name, auto const& member) {
        kept = capture_field(buffer, in, name, false, limits, member) && kept;
    };
    meta::catching([&] { for_each_member(object, keep); }, [&] { kept = false; });
    return kept;
}

}  // namespace sonde

#endif
