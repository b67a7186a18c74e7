// SPDX-License-Identifier: MIT
// The ids of traces, spans and runs, and where fresh ones come from.
#ifndef SONDE_CONTEXT_IDS_HPP
#define SONDE_CONTEXT_IDS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde {

/// Sixteen bytes that all spans of one piece of work share. All zero means none.
/// *Source*: W3C Trace Context, 3.2.2.3.
struct trace_id {
    std::uint64_t high = 0, low = 0;
    constexpr explicit operator bool() const noexcept { return (high | low) != 0; }
    friend constexpr bool operator==(trace_id, trace_id) = default;
};

/// Eight bytes that name a span within its trace. All zero means none.
/// *Source*: W3C Trace Context, 3.2.2.4.
struct span_id {
    std::uint64_t value = 0;
    constexpr explicit operator bool() const noexcept { return value != 0; }
    friend constexpr bool operator==(span_id, span_id) = default;
};

/// A random UUID that names one run. All zero means none.
/// *Source*: RFC 9562, version 4.
struct run_id {
    std::uint64_t high = 0, low = 0;
    constexpr explicit operator bool() const noexcept { return (high | low) != 0; }
    friend constexpr bool operator==(run_id, run_id) = default;
};

/// Text of a known length, kept in place.
template <std::size_t Size>
struct id_text : std::array<char, Size> {
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {this->data(), Size}; }
    constexpr operator std::string_view() const noexcept { return view(); }
};

namespace context_impl {
constexpr void write_hex(char* out, std::uint64_t value, unsigned digits) noexcept {
    for (unsigned i = 0; i < digits; ++i) { out[i] = "0123456789abcdef"[value >> (4 * (digits - 1 - i)) & 15U]; }
}
}  // namespace context_impl

/// 32 lower-case hexadecimal digits.
constexpr id_text<32> to_text(trace_id id) noexcept {
    id_text<32> text{};
    context_impl::write_hex(text.data(), id.high, 16);
    context_impl::write_hex(text.data() + 16, id.low, 16);
    return text;
}

/// 16 lower-case hexadecimal digits.
constexpr id_text<16> to_text(span_id id) noexcept {
    id_text<16> text{};
    context_impl::write_hex(text.data(), id.value, 16);
    return text;
}

/// The 36 characters of a UUID, lower case.
constexpr id_text<36> to_text(run_id id) noexcept {
    id_text<36> text{};
    auto* out = text.data();
    auto const group = [&](std::uint64_t value, unsigned digits, bool last = false) {
        context_impl::write_hex(out, value, digits);
        out += digits;
        if (!last) { *out++ = '-'; }
    };
    group(id.high >> 32, 8);
    group(id.high >> 16 & 0xFFFF, 4);
    group(id.high & 0xFFFF, 4);
    group(id.low >> 48, 4);
    group(id.low & 0xFFFF'FFFF'FFFF, 12, true);
    return text;
}

}  // namespace sonde

#endif
