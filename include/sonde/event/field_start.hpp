// SPDX-License-Identifier: MIT
// What a field begins with, header and key, made when the program is compiled.
#ifndef SONDE_EVENT_FIELD_START_HPP
#define SONDE_EVENT_FIELD_START_HPP

#include <sonde/event/fields.hpp>
#include <sonde/event/value_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

/// Shows the bytes that a field begins with, in whole pieces, the last of them filled up: copied without a loop over bytes.
/// *Lifetime*: the bytes are a constant's.
class field_start {
public:
    static constexpr std::size_t piece = value_buffer::slack;

    constexpr field_start(unsigned char const* bytes, std::uint32_t size) noexcept : bytes_(bytes), size_(size) {}

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view key() const noexcept {
        return {reinterpret_cast<char const*>(bytes_) + sizeof(fields::header), size_ - sizeof(fields::header)};
    }
    [[nodiscard]] section in() const noexcept { return head().in; }
    [[nodiscard]] bool whole() const noexcept { return (head().flags & fields::whole_flag) != 0; }

    /// Writes the start of a field whose value has `value_bytes` bytes, and answers where the value goes. What is behind may
    /// be overwritten: as much as a `value_buffer` has to spare.
    unsigned char* copy(unsigned char* out, std::size_t value_bytes) const noexcept {
        std::memcpy(out, bytes_, piece);
        for (std::size_t done = piece; done < size_; done += piece) { std::memcpy(out + done, bytes_ + done, piece); }
        auto const size = static_cast<std::uint32_t>(size_ - sizeof(fields::header) + value_bytes);
        std::memcpy(out + offsetof(fields::header, size), &size, sizeof size);
        return out + size_;
    }

private:
    [[nodiscard]] fields::header head() const noexcept {
        fields::header head;
        std::memcpy(&head, bytes_, sizeof head);
        return head;
    }

    unsigned char const* bytes_;
    std::uint32_t size_;
};

/// The bytes of a start whose key has `KeySize` characters.
/// *Requires*: at most `fields::max_key_bytes` of them.
template <std::size_t KeySize>
struct field_start_bytes {
    static constexpr std::size_t size = sizeof(fields::header) + KeySize;
    unsigned char bytes[(size + field_start::piece - 1) / field_start::piece * field_start::piece] = {};

    constexpr field_start_bytes(section in, bool whole, std::string_view key) noexcept {
        static_assert(KeySize <= fields::max_key_bytes);
        // The size of the key in both orders of bytes: one of the two is written.
        constexpr bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
        constexpr auto at = offsetof(fields::header, key_size);
        bytes[at] = static_cast<unsigned char>(little ? KeySize : KeySize >> 8);
        bytes[at + 1] = static_cast<unsigned char>(little ? KeySize >> 8 : KeySize);
        bytes[offsetof(fields::header, in)] = static_cast<unsigned char>(in);
        auto plain = true;
        for (std::size_t i = 0; i < KeySize; ++i) {
            bytes[sizeof(fields::header) + i] = static_cast<unsigned char>(key[i]);
            plain = plain && key[i] >= ' ' && key[i] != '"' && key[i] != '\\' && key[i] != 0x7F;
        }
        bytes[offsetof(fields::header, flags)] =
            static_cast<unsigned char>((whole ? fields::whole_flag : 0) | (plain ? fields::plain_key_flag : 0));
    }
    [[nodiscard]] constexpr field_start view() const noexcept { return {bytes, static_cast<std::uint32_t>(size)}; }
};

/// Of a value that is its section.
template <section In>
inline constexpr field_start_bytes<0> whole_start{In, true, {}};

}  // namespace sonde

#endif
