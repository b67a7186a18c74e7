// SPDX-License-Identifier: MIT
// A moment as text.
#ifndef SONDE_TIME_TIMESTAMP_TEXT_HPP
#define SONDE_TIME_TIMESTAMP_TEXT_HPP

#include <sonde/meta/decimal_digits.hpp>
#include <sonde/time/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

/// `2026-10-16T12:00:00.123456Z`
struct timestamp_text : std::array<char, 27> {
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {data(), size()}; }
};

/// UTC to the microsecond below. Every moment that 64 bits of nanoseconds reach (1677 to 2262) has a year of four digits.
/// *Source*: RFC 3339; the day from the count of days: Hinnant, chrono-Compatible Low-Level Date Algorithms.
constexpr timestamp_text to_text(timestamp moment) noexcept {
    constexpr std::int64_t second = 1'000'000'000, day = 86'400;
    auto const floor = [](std::int64_t value, std::int64_t unit) { return value / unit - (value % unit < 0 ? 1 : 0); };
    auto const seconds = floor(moment.unix_nanoseconds, second);
    auto const days = floor(seconds, day);
    auto const of_day = static_cast<std::uint32_t>(seconds - days * day);
    // Not what is left of `seconds`: times a billion, the first second there is would not fit.
    auto const remainder = moment.unix_nanoseconds % second;
    auto const micros = static_cast<std::uint32_t>((remainder < 0 ? remainder + second : remainder) / 1000);

    // Years start in March here, so that the leap day is the last: 719468 days from 0000-03-01 to 1970-01-01.
    auto const shifted = static_cast<std::uint32_t>(days + 719'468);
    auto const era = shifted / 146'097;
    auto const day_of_era = shifted - era * 146'097;
    auto const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    auto const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    auto const march_month = (5 * day_of_year + 2) / 153;
    auto const day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    auto const month = march_month < 10 ? march_month + 3 : march_month - 9;
    auto const year = year_of_era + era * 400 + (month <= 2 ? 1U : 0U);

    timestamp_text text{};
    auto* out = text.data();
    auto const two = [&](std::uint32_t value) {
        *out++ = static_cast<char>('0' + value / 10);
        *out++ = static_cast<char>('0' + value % 10);
    };
    auto const then = [&](char mark, std::uint32_t value) {
        *out++ = mark;
        two(value);
    };
    two(year / 100);
    two(year % 100);
    then('-', month);
    then('-', day_of_month);
    then('T', of_day / 3600);
    then(':', of_day / 60 % 60);
    then(':', of_day % 60);
    then('.', micros / 10'000);
    two(micros / 100 % 100);
    two(micros % 100);
    *out = 'Z';
    return text;
}

/// Writes moments one after another: of those within one second only the fraction is made anew.
/// *Thread safety*: one thread at a time.
class timestamp_writer {
public:
    /// Writes the 27 characters to `out`, and answers where they end.
    char* write(char* out, timestamp moment) noexcept {
        auto since = bits(moment.unix_nanoseconds) - second_;
        // The first second there is began before the first nanosecond, and looks like the last.
        if (since >= second || (moment.unix_nanoseconds < 0) != before_1970_) {
            auto const remainder = moment.unix_nanoseconds % static_cast<std::int64_t>(second);
            since = bits(remainder < 0 ? remainder + static_cast<std::int64_t>(second) : remainder);
            second_ = bits(moment.unix_nanoseconds) - since;
            before_1970_ = moment.unix_nanoseconds < 0;
            text_ = to_text(moment);
        }
        meta::write_six_digits(text_.data() + fraction, static_cast<std::uint32_t>(since / 1000));
        std::memcpy(out, text_.data(), text_.size());
        return out + text_.size();
    }

private:
    static constexpr std::uint64_t second = 1'000'000'000;
    static constexpr std::size_t fraction = sizeof("2026-10-16T12:00:00.") - 1;

    // Modulo 2^64.
    static constexpr std::uint64_t bits(std::int64_t value) noexcept { return static_cast<std::uint64_t>(value); }

    std::uint64_t second_ = 0;
    bool before_1970_ = false;
    timestamp_text text_ = to_text(timestamp{});
};

}  // namespace sonde

#endif
