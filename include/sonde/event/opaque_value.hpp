// SPDX-License-Identifier: MIT
// Stands for a value that is not looked at.
#ifndef SONDE_EVENT_OPAQUE_VALUE_HPP
#define SONDE_EVENT_OPAQUE_VALUE_HPP

#include <sonde/event/value_writer.hpp>
#include <sonde/meta/type_name.hpp>

#include <string_view>

namespace sonde::event_impl {

/// Its type is told, or that it is a null pointer.
struct opaque_value {
    std::string_view type;
    bool null = false;
    friend void sonde_capture(value_writer& writer, opaque_value const& value) noexcept {
        value.null ? writer.null() : writer.opaque(value.type);
    }
};

/// A pointer that must not be read through.
struct unread_pointer : opaque_value {
    template <class Type>
    unread_pointer(Type* value) noexcept : opaque_value{meta::type_name<Type*>(), value == nullptr} {}
};

}  // namespace sonde::event_impl

#endif
