// SPDX-License-Identifier: MIT
// Captures what is written as text although it is no `char` string: wide strings, times, and what fmt can format.
#ifndef SONDE_EVENT_CAPTURE_TEXT_HPP
#define SONDE_EVENT_CAPTURE_TEXT_HPP

#include <sonde/event/value_form.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/time/timestamp.hpp>
#include <sonde/time/timestamp_text.hpp>

#if __has_include(<fmt/base.h>)
#include <fmt/base.h>
#else
#include <fmt/core.h>
#endif

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace sonde::event_impl {

inline void append_utf8(std::string& out, std::uint32_t point) {
    auto const byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    if (point < 0x80) { return byte(point); }
    if (point < 0x800) { return byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F)); }
    if (point < 0x10000) {
        return byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
    }
    byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F)), byte(0x80 | (point >> 6 & 0x3F)),
        byte(0x80 | (point & 0x3F));
}

// A code unit that belongs to no character becomes U+FFFD.
template <class Char>
std::string utf8_of(std::basic_string_view<Char> text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if constexpr (sizeof(Char) == 1) {
            out.push_back(static_cast<char>(text[i]));
        } else {
            auto point = static_cast<std::uint32_t>(text[i]);
            auto const surrogate = [](std::uint32_t unit, std::uint32_t first) {
                return unit >= first && unit < first + 0x400;
            };
            if constexpr (sizeof(Char) == 2) {
                point &= 0xFFFF;
                if (surrogate(point, 0xD800) && i + 1 < text.size() &&
                    surrogate(static_cast<std::uint32_t>(text[i + 1]), 0xDC00)) {
                    point = 0x10000 + ((point - 0xD800) << 10) + (static_cast<std::uint32_t>(text[++i]) - 0xDC00);
                }
            }
            append_utf8(out, point > 0x10FFFF || surrogate(point, 0xD800) || surrogate(point, 0xDC00) ? 0xFFFD : point);
        }
    }
    return out;
}

template <class Text>
void write_wide(value_writer& writer, Text const& text) {
    if constexpr (std::is_pointer_v<Text>) {
        if (text == nullptr) { return writer.null(); }
    }
    if constexpr (std::is_array_v<Text>) {  // up to its zero; it need not have one
        using unit = std::remove_cv_t<std::remove_extent_t<Text>>;
        std::basic_string_view<unit> const whole(text, std::extent_v<Text>);
        writer.string(utf8_of<unit>(whole.substr(0, whole.find(unit{}))));
    } else if constexpr (reads_as<Text, std::u8string_view>) {
        writer.string(utf8_of<char8_t>(text));
    } else if constexpr (reads_as<Text, std::u16string_view>) {
        writer.string(utf8_of<char16_t>(text));
    } else if constexpr (reads_as<Text, std::u32string_view>) {
        writer.string(utf8_of<char32_t>(text));
    } else {
        writer.string(utf8_of<wchar_t>(text));
    }
}

// As the standard's own output of durations: the count and its unit, "350ms".
template <class Duration>
void write_duration(value_writer& writer, Duration const& value) {
    char text[96];
    auto* out = std::to_chars(text, text + 48, value.count()).ptr;
    auto const put = [&](std::string_view unit) {
        for (char const c : unit) { *out++ = c; }
    };
    constexpr long long num = Duration::period::num, den = Duration::period::den;
    if constexpr (num == 1 && den == 1'000'000'000) {
        put("ns");
    } else if constexpr (num == 1 && den == 1'000'000) {
        put("us");
    } else if constexpr (num == 1 && den == 1000) {
        put("ms");
    } else if constexpr (num == 1 && den == 1) {
        put("s");
    } else if constexpr (num == 60 && den == 1) {
        put("min");
    } else if constexpr (num == 3600 && den == 1) {
        put("h");
    } else if constexpr (num == 86400 && den == 1) {
        put("d");
    } else {
        put("[");
        out = std::to_chars(out, text + sizeof text - 3, num).ptr;
        put("/");
        if constexpr (den != 1) {
            out = std::to_chars(out, text + sizeof text - 3, den).ptr;
        } else {
            --out;
        }
        put("]s");
    }
    writer.string({text, static_cast<std::size_t>(out - text)});
}

// A moment of the system clock is a UTC timestamp; another clock's is the time since its epoch.
template <class Time>
void write_time(value_writer& writer, Time const& value) {
    if constexpr (duration_like<Time>) {
        write_duration(writer, value);
    } else if constexpr (requires { Time::clock::to_time_t(value); }) {
        using period = typename Time::duration::period;
        auto const seconds = static_cast<long double>(period::num) / static_cast<long double>(period::den);
        auto const nanoseconds = static_cast<long double>(value.time_since_epoch().count()) * seconds * 1e9L;
        if (nanoseconds < -9.2e18L || nanoseconds > 9.2e18L) {
            return write_duration(writer, value.time_since_epoch());
        }
        writer.string(to_text(timestamp{static_cast<std::int64_t>(nanoseconds)}).view());
    } else {
        write_duration(writer, value.time_since_epoch());
    }
}

// A class must have a formatter, or from fmt 10 on a `format_as`: fmt 9 also formats what converts to a number, as a
// lambda without captures does.
template <class Type>
concept formattable = fmt::is_formattable<Type>::value &&
                      (!std::is_class_v<Type> || std::is_default_constructible_v<fmt::formatter<Type>> ||
                       requires(Type const& value) { format_as(value); });

template <class Type>
void write_formatted(value_writer& writer, Type const& value) {
#if FMT_VERSION >= 110000
    std::string text;
    fmt::format_to(std::back_inserter(text), "{}", value);
    writer.string(text);
#else
    // Not `format_to`: clang 19 gives what it calls another name than the g++ that built the system's libfmt did.
    writer.string(fmt::format("{}", value));
#endif
}

}  // namespace sonde::event_impl

#endif
