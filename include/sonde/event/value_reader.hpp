// SPDX-License-Identifier: MIT
// Reads captured values back, one step at a time.
#ifndef SONDE_EVENT_VALUE_READER_HPP
#define SONDE_EVENT_VALUE_READER_HPP

#include <sonde/event/value_type.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

/// One step of a captured value: a scalar, the beginning of an array or object, a key, or an end.
struct value_token {
    value_type type = value_type::end;
    union {
        bool boolean;
        std::int64_t signed_integer;
        std::uint64_t unsigned_integer = 0;  ///< of a `cut_string` the bytes that the whole string had
        float float32;
        double float64;
    };
    std::string_view text;  ///< of strings, cut strings (their head), keys, and opaque values (their type's name)
};

/// Steps through what `value_writer` wrote. It believes no length: bytes that end early end the reading.
/// *Thread safety*: one thread at a time; any number of readers may read the same bytes.
class value_reader {
public:
    constexpr value_reader() noexcept = default;
    constexpr value_reader(unsigned char const* data, std::size_t size) noexcept : at_(data), end_(data + size) {}

    [[nodiscard]] constexpr bool done() const noexcept { return at_ == end_; }

    /// The next step; false when there is none.
    bool next(value_token& token) noexcept {
        if (!take(token.type)) { return false; }
        switch (token.type) {
        case value_type::null:
        case value_type::array:
        case value_type::object:
        case value_type::end:
            return true;
        case value_type::boolean:
            return take_boolean(token.boolean);
        case value_type::signed_integer:
            return take(token.signed_integer);
        case value_type::unsigned_integer:
            return take(token.unsigned_integer);
        case value_type::float32:
            return take(token.float32);
        case value_type::float64:
            return take(token.float64);
        case value_type::cut_string:
            return take(token.unsigned_integer) && take_text(token.text);
        case value_type::string:
        case value_type::opaque:
        case value_type::key:
            return take_text(token.text);
        }
        at_ = end_;
        return false;
    }

    /// The type of the next step; `end` when there is none.
    [[nodiscard]] value_type peek() const noexcept { return done() ? value_type::end : static_cast<value_type>(*at_); }

private:
    template <class Scalar>
    bool take(Scalar& scalar) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < sizeof scalar) { return at_ = end_, false; }
        std::memcpy(&scalar, at_, sizeof scalar);
        at_ += sizeof scalar;
        return true;
    }
    bool take_boolean(bool& value) noexcept {
        unsigned char byte = 0;
        auto const taken = take(byte);
        value = byte != 0;  // a bool that is neither of its values must not come to be
        return taken;
    }
    bool take_text(std::string_view& text) noexcept {
        std::uint32_t size = 0;
        if (!take(size) || static_cast<std::size_t>(end_ - at_) < size) { return at_ = end_, false; }
        text = {reinterpret_cast<char const*>(at_), size};
        at_ += size;
        return true;
    }

    unsigned char const* at_ = nullptr;
    unsigned char const* end_ = nullptr;
};

}  // namespace sonde

#endif
