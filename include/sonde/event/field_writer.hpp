// SPDX-License-Identifier: MIT
// Writes a field: a key, and a value that is a scalar, a text, or what a function writes.
#ifndef SONDE_EVENT_FIELD_WRITER_HPP
#define SONDE_EVENT_FIELD_WRITER_HPP

#include <sonde/event/capture_limits.hpp>
#include <sonde/event/field_start.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/meta/copy_bytes.hpp>
#include <sonde/meta/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

/// What a field is beside its key and value: its section, and whether its value is the section itself (its key is empty).
struct field_form {
    section in;
    bool whole;
};

// Fields are written by functions that are no templates of the captured type, and are not inlined: what one more site
// costs, in code and in time to compile, is calling them.

namespace event_impl {

[[gnu::always_inline]] inline void write_header(unsigned char* place, field_form form, std::size_t size,
                                                std::size_t key_size, bool cut = false) noexcept {
    fields::header const head{
        .size = static_cast<std::uint32_t>(size),
        .key_size = static_cast<std::uint16_t>(key_size),
        .in = form.in,
        .flags = static_cast<std::uint8_t>((form.whole ? fields::whole_flag : 0) | (cut ? fields::cut_flag : 0))};
    std::memcpy(place, &head, sizeof head);
}

// Header, key and tag of a field with `bytes` bytes of value, and where those go; null when memory is refused.
[[gnu::always_inline]] inline unsigned char* begin_field(value_buffer& buffer, field_form form, std::string_view key,
                                                         value_type type, std::size_t bytes) noexcept {
    auto const size = key.size() + sizeof type + bytes;
    auto* place = buffer.extend(sizeof(fields::header) + size);
    if (place == nullptr) [[unlikely]] { return nullptr; }
    write_header(place, form, size, key.size());
    place += sizeof(fields::header);
    place = meta::copy_bytes(place, key.data(), key.size());
    *place++ = static_cast<unsigned char>(type);
    return place;
}

[[gnu::always_inline]] inline bool write_text(value_buffer& buffer, field_form form, std::string_view key,
                                              std::string_view text) noexcept {
    auto const size = static_cast<std::uint32_t>(text.size());
    auto* const place = begin_field(buffer, form, key, value_type::string, sizeof size + text.size());
    if (place == nullptr) [[unlikely]] { return false; }
    std::memcpy(place, &size, sizeof size);
    meta::copy_bytes(place + sizeof size, text.data(), text.size());
    return true;
}

}  // namespace event_impl

/// Appends to `buffer` the field `key`, with the value that `write(writer, value)` writes. A key over 65,535 bytes keeps
/// its head. False, with nothing appended, when memory is refused.
/// *Requires*: `write` throws nothing.
[[gnu::noinline]] inline bool write_field(value_buffer& buffer, capture_limits const& limits, field_form form,
                                          std::string_view const& key, void (*write)(value_writer&, void const*),
                                          void const* value) noexcept {
    auto const name = meta::utf8_head(key, fields::max_key_bytes);
    if (limits.redacts(name)) { return event_impl::write_text(buffer, form, name, redacted_text); }
    auto const start = buffer.size();
    if (buffer.extend(sizeof(fields::header)) == nullptr || !buffer.append(name.data(), name.size())) {
        buffer.shrink(start);
        return false;
    }
    auto const body = buffer.size();
    value_writer writer(buffer, limits);
    write(writer, value);
    auto const written = buffer.size() != body;  // else not even a tag: no memory
    auto const missed = static_cast<fields::missed_bytes>(writer.missed());
    if (!written || !(writer.complete() || buffer.append(&missed, sizeof missed))) {
        buffer.shrink(start);
        return false;
    }
    event_impl::write_header(buffer.data() + start, form, buffer.size() - start - sizeof(fields::header), name.size(),
                             !writer.complete());
    return true;
}

/// The same with any function: `write(value_writer&)`.
template <class Write>
bool write_field(value_buffer& buffer, section in, std::string_view key, bool whole, capture_limits const& limits,
                 Write const& write) noexcept {
    return write_field(
        buffer, limits, field_form{in, whole}, key,
        [](value_writer& writer, void const* given) { (*static_cast<Write const*>(given))(writer); },
        __builtin_addressof(write));
}

namespace event_impl {
// What is rare: a key that may be a redacted one, or that is too long; a text that is too long.
[[gnu::noinline, gnu::cold]] inline bool write_text_slowly(value_buffer& buffer, capture_limits const& limits,
                                                           field_form form, std::string_view const& key,
                                                           std::string_view text) noexcept {
    return write_field(
        buffer, limits, form, key,
        [](value_writer& writer, void const* value) { writer.string(*static_cast<std::string_view const*>(value)); },
        &text);
}
template <class Scalar>
[[gnu::noinline, gnu::cold]] bool write_scalar_slowly(value_buffer& buffer, capture_limits const& limits,
                                                      field_form form, std::string_view const& key, value_type type,
                                                      Scalar value) noexcept {
    auto const name = meta::utf8_head(key, fields::max_key_bytes);
    if (limits.redacts(name)) { return write_text(buffer, form, name, redacted_text); }
    auto* const place = begin_field(buffer, form, name, type, sizeof value);
    if (place == nullptr) { return false; }
    std::memcpy(place, &value, sizeof value);
    return true;
}
}  // namespace event_impl

/// The same with a text, of which what is over `limits.max_value_bytes` is cut.
[[gnu::noinline]] inline bool write_field(value_buffer& buffer, capture_limits const& limits, field_form form,
                                          std::string_view const& key, std::string_view text) noexcept {
    if (text.size() > limits.max_value_bytes || limits.redacts_any() || key.size() > fields::max_key_bytes)
        [[unlikely]] {
        return event_impl::write_text_slowly(buffer, limits, form, key, text);
    }
    return event_impl::write_text(buffer, form, key, text);
}

/// The same with a scalar: a bool, a 64-bit integer, a float or a double.
template <class Scalar>
[[gnu::noinline]] bool write_field(value_buffer& buffer, capture_limits const& limits, field_form form,
                                   std::string_view const& key, value_type type, Scalar value) noexcept {
    if (limits.redacts_any() || key.size() > fields::max_key_bytes) [[unlikely]] {
        return event_impl::write_scalar_slowly(buffer, limits, form, key, type, value);
    }
    auto* const place = event_impl::begin_field(buffer, form, key, type, sizeof value);
    if (place == nullptr) [[unlikely]] { return false; }
    std::memcpy(place, &value, sizeof value);
    return true;
}

// What most arguments and results come to: the start is there already, and so is the room.

/// Appends to `buffer` the field that begins with `start` and has a text. *Requires*: its key is no redacted one.
[[gnu::noinline]] inline void write_field(value_buffer& buffer, std::size_t max_value_bytes, field_start start,
                                          std::string_view text) noexcept {
    auto const size = static_cast<std::uint32_t>(text.size());
    auto const value_bytes = sizeof(value_type) + sizeof size + text.size();
    if (text.size() > max_value_bytes || !buffer.has_room(start.size() + value_bytes)) [[unlikely]] {
        return static_cast<void>(
            event_impl::write_text_slowly(buffer, max_value_bytes, {start.in(), start.whole()}, start.key(), text));
    }
    auto* place = start.copy(buffer.take(start.size() + value_bytes), value_bytes);
    *place++ = static_cast<unsigned char>(value_type::string);
    std::memcpy(place, &size, sizeof size);
    meta::copy_bytes(place + sizeof size, text.data(), text.size());
}

/// The same with a scalar.
template <value_type Type, class Scalar>
[[gnu::noinline]] void write_field(value_buffer& buffer, field_start start, Scalar value) noexcept {
    constexpr auto value_bytes = sizeof Type + sizeof value;
    if (!buffer.has_room(start.size() + value_bytes)) [[unlikely]] {
        return static_cast<void>(
            event_impl::write_scalar_slowly(buffer, 0, {start.in(), start.whole()}, start.key(), Type, value));
    }
    auto* place = start.copy(buffer.take(start.size() + value_bytes), value_bytes);
    *place++ = static_cast<unsigned char>(Type);
    std::memcpy(place, &value, sizeof value);
}

}  // namespace sonde

#endif
