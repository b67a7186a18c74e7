// SPDX-License-Identifier: MIT
// Text that a terminal shows and does not obey.
#ifndef SONDE_CODEC_TERMINAL_TEXT_HPP
#define SONDE_CODEC_TERMINAL_TEXT_HPP

#include <sonde/meta/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sonde {

namespace codec_impl {
inline char32_t code_point(std::string_view character) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(character[i])); };
    switch (character.size()) {
    case 1:
        return byte(0);
    case 2:
        return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
        return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
        return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    }
}

// What moves the cursor, ends the line, colours, or turns the order of what stands around it.
constexpr bool is_command(char32_t point) noexcept {
    auto const between = [&](char32_t first, char32_t last) { return point >= first && point <= last; };
    return point < 0x20 || between(0x7F, 0x9F) || point == 0x061C || between(0x200E, 0x200F) ||
           between(0x2028, 0x202E) || between(0x2066, 0x2069);
}
}  // namespace codec_impl

/// Appends `text` as one line that changes nothing about the terminal: control characters, line ends and marks that turn
/// the direction of writing become `\n`, `\x1b`, `\u{202e}`; bytes that are not UTF-8 become U+FFFD.
/// *Errors*: what growing a string throws. *Source*: Unicode 15, categories Cc and Bidi_Control.
inline void append_terminal_text(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    while (!text.empty()) {
        auto const length = meta::utf8_length(text);
        auto const character = text.substr(0, length == 0 ? 1 : length);
        text.remove_prefix(character.size());
        if (length == 0) {
            out.append("\xEF\xBF\xBD");
            continue;
        }
        auto const point = codec_impl::code_point(character);
        if (!codec_impl::is_command(point)) {
            out.append(character);
        } else if (point == '\n' || point == '\r' || point == '\t') {
            out.append(point == '\n' ? "\\n" : point == '\r' ? "\\r" : "\\t");
        } else if (point < 0x100) {
            out.append("\\x").append(1, digits[point >> 4]).append(1, digits[point & 15]);
        } else {
            out.append("\\u{");
            for (auto shift = 16; (shift -= 4) >= 0;) { out.append(1, digits[point >> shift & 15]); }
            out.append("}");
        }
    }
}

}  // namespace sonde

#endif
