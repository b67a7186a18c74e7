// SPDX-License-Identifier: MIT
// Strings and numbers as JSON.
#ifndef SONDE_CODEC_JSON_TEXT_HPP
#define SONDE_CODEC_JSON_TEXT_HPP

#include <sonde/codec/text_writer.hpp>
#include <sonde/meta/decimal_digits.hpp>
#include <sonde/meta/utf8.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

namespace codec_impl {
constexpr bool is_plain(char character) noexcept {
    auto const byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// By its bits: <cmath> costs 6,000 preprocessed lines, and -ffast-math folds std::isfinite to true.
constexpr bool is_finite(double value) noexcept {
    constexpr std::uint64_t exponent = 0x7FF0'0000'0000'0000;
    return (std::bit_cast<std::uint64_t>(value) & exponent) != exponent;
}

// How many of eight bytes, from the first, are plain. Each test sets the high bit of the bytes it finds; the lowest one
// found is exact, what lies above it may be a borrow (Hacker's Delight, 6-1).
inline unsigned plain_of_eight(std::uint64_t eight) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101, highs = 0x8080'8080'8080'8080;
    auto const zeros = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes; };
    auto const special =
        eight | ((eight - ones * 0x20) & ~eight) | zeros(eight ^ ones * '"') | zeros(eight ^ ones * '\\');
    return static_cast<unsigned>(std::countr_zero(special & highs)) / 8;
}

// Copies plain characters; answers where they end. Both sides have room for all of the text.
inline char const* copy_plain(char*& out, char const* in, char const* last) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        auto const* const first = in;
        for (; last - in >= 8; in += 8, out += 8) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, in, sizeof eight);
            std::memcpy(out, &eight, sizeof eight);
            if (auto const plain = plain_of_eight(eight); plain != 8) {
                out += plain;
                return in + plain;
            }
        }
        // What is left, in eight bytes too, some of them twice. If one is not plain, the loop below finds it.
        auto const left = static_cast<std::size_t>(last - in);
        if (left != 0 && in != first) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, last - 8, sizeof eight);
            if (plain_of_eight(eight) == 8) {
                out += left;
                std::memcpy(out - 8, &eight, sizeof eight);
                return last;
            }
        } else if (left >= 4) {
            std::uint32_t head = 0, tail = 0;
            std::memcpy(&head, in, sizeof head);
            std::memcpy(&tail, last - 4, sizeof tail);
            if (plain_of_eight(std::uint64_t{tail} << 32 | head) == 8) {
                std::memcpy(out, &head, sizeof head);
                out += left;
                std::memcpy(out - 4, &tail, sizeof tail);
                return last;
            }
        }
    }
    while (in != last && is_plain(*in)) { *out++ = *in++; }
    return in;
}

// One character that JSON can't have as it is, in at most six bytes; answers how many bytes of the text it took.
inline std::size_t write_special(char*& out, std::string_view text) noexcept {
    auto const put = [&](std::string_view bytes) {
        std::memcpy(out, bytes.data(), bytes.size());
        out += bytes.size();
    };
    auto const byte = static_cast<unsigned char>(text.front());
    if (byte >= 0x80) {
        auto const length = meta::utf8_length(text);
        put(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));  // U+FFFD
        return length == 0 ? 1 : length;
    }
    switch (byte) {
    case '"':
        put("\\\"");
        break;
    case '\\':
        put("\\\\");
        break;
    case '\n':
        put("\\n");
        break;
    case '\t':
        put("\\t");
        break;
    case '\r':
        put("\\r");
        break;
    default:
        put("\\u00");
        *out++ = "01"[byte >> 4];
        *out++ = "0123456789abcdef"[byte & 15];
    }
    return 1;
}
}  // namespace codec_impl

/// Writes any bytes as a JSON string: each byte that is not part of well-formed UTF-8 becomes U+FFFD.
/// *Source*: RFC 8259, 7.
inline void write_json_string(text_writer& writer, std::string_view text) {
    auto const* in = text.data();
    auto const* const last = in + text.size();
    writer.room(text.size() + 2);
    auto* out = writer.at();
    *out++ = '"';
    for (;;) {
        in = codec_impl::copy_plain(out, in, last);
        if (in == last) { break; }
        auto const rest = static_cast<std::size_t>(last - in);
        writer.at(out);
        writer.room(rest + 6 + 1);
        out = writer.at();
        in += codec_impl::write_special(out, {in, rest});
    }
    *out++ = '"';
    writer.at(out);
}

namespace codec_impl {
// Numbers of at most six decimals and few digits, as most are that people deal with, are written in a third of the time
// that std::to_chars takes. A number of at most 15 digits that reads back as `value` is the only such one, so after its
// zeros are dropped it is the shortest.
inline bool write_short_decimal(text_writer& writer, double value) {
    auto const magnitude = value < 0 ? -value : value;
    if (!(magnitude < 1e9) || magnitude < 1e-4) { return false; }
    auto const millionths = static_cast<std::int64_t>(magnitude * 1e6 + 0.5);
    if (static_cast<double>(millionths) / 1e6 != magnitude) { return false; }
    if (value < 0) { writer.character('-'); }
    writer.number(static_cast<std::uint64_t>(millionths) / 1'000'000);
    auto const decimals = static_cast<std::uint32_t>(millionths % 1'000'000);
    if (decimals == 0) { return true; }
    writer.room(7);
    auto* const out = writer.at();
    out[0] = '.';
    auto* end = meta::write_six_digits(out + 1, decimals);
    while (end[-1] == '0') { --end; }
    writer.at(end);
    return true;
}
}  // namespace codec_impl

/// The shortest text that reads back as `value`; null for what JSON has no number for. Negative zero is `-0.0`, since
/// parsers that tell integers apart read `-0` as 0.
template <std::floating_point Number>
void write_json_number(text_writer& writer, Number value) {
    if (!codec_impl::is_finite(static_cast<double>(value))) { return writer.literal("null"); }
    if (value == 0) {
        return std::bit_cast<std::uint64_t>(static_cast<double>(value)) == 0 ? writer.literal("0")
                                                                             : writer.literal("-0.0");
    }
    if constexpr (std::same_as<Number, double>) {
        if (codec_impl::write_short_decimal(writer, value)) { return; }
    }
    writer.number(value);
}

}  // namespace sonde

#endif
