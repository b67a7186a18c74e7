// SPDX-License-Identifier: MIT
// What a captured value can be.
#ifndef SONDE_EVENT_VALUE_TYPE_HPP
#define SONDE_EVENT_VALUE_TYPE_HPP

#include <cstdint>

namespace sonde {

/// The types of a captured value, and the marks that structure it. Captured values are written by `value_writer` and
/// read by `value_reader`; the numbers never leave the process, so they may change between versions.
enum class value_type : std::uint8_t {
    null,
    boolean,
    signed_integer,
    unsigned_integer,
    float32,
    float64,
    string,
    cut_string,  ///< a string over the limit: its head, and how long it was
    opaque,      ///< a value of a type that has no form on the wire: the type's name
    array,       ///< values until `end`
    object,      ///< a `key` before each value, until `end`
    key,
    end,
};

}  // namespace sonde

#endif
