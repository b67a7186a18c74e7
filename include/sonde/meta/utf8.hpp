// SPDX-License-Identifier: MIT
// The length of the well-formed UTF-8 sequence at a place in a text, and cutting a text between characters.
#ifndef SONDE_META_UTF8_HPP
#define SONDE_META_UTF8_HPP

#include <cstddef>
#include <string_view>

namespace sonde::meta {

/// Length in bytes (1 to 4) of the well-formed UTF-8 sequence that `text` starts with; 0 when its first byte starts none.
/// Surrogates, overlong forms and code points above U+10FFFF are not well formed.
/// *Source*: Unicode 15, table 3-7.
constexpr std::size_t utf8_length(std::string_view text) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const between = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    auto const tail = [&](std::size_t i) { return between(i, 0x80, 0xBF); };

    if (text.empty()) { return 0; }
    auto const lead = byte(0);
    if (lead < 0x80) { return 1; }
    if (lead < 0xC2 || lead > 0xF4) { return 0; }
    if (lead < 0xE0) { return text.size() > 1 && tail(1) ? 2 : 0; }
    if (lead < 0xF0) {
        if (text.size() < 3) { return 0; }
        // E0 would be overlong below A0; ED would be a surrogate above 9F.
        auto const second = between(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
        return second && tail(2) ? 3 : 0;
    }
    if (text.size() < 4) { return 0; }
    auto const second = between(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
}

/// The longest head of `text` of at most `bytes` bytes that does not end within a well-formed character.
constexpr std::string_view utf8_head(std::string_view text, std::size_t bytes) noexcept {
    if (text.size() <= bytes) { return text; }
    // A character has at most four bytes: one that straddles the cut starts within the three bytes before it.
    for (std::size_t back = 1; back <= 3 && back <= bytes; ++back) {
        auto const start = bytes - back;
        if (utf8_length(text.substr(start)) > back) { return text.substr(0, start); }
    }
    return text.substr(0, bytes);
}

}  // namespace sonde::meta

#endif
