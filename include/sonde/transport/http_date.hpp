// SPDX-License-Identifier: MIT
// The moments that HTTP headers name.
#ifndef SONDE_TRANSPORT_HTTP_DATE_HPP
#define SONDE_TRANSPORT_HTTP_DATE_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde {

namespace transport_impl {

// *Source*: Hinnant, chrono-Compatible Low-Level Date Algorithms: days_from_civil; begun 400 years early, so that nothing is
// negative in the year 0.
constexpr std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
    auto const shifted = year + 400 - (month <= 2 ? 1 : 0);
    auto const era = shifted / 400, year_of_era = shifted % 400;
    auto const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    auto const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era - 1) * 146'097 + day_of_era - 719'468;
}

// Reads a date from its beginning on; whatever does not fit makes it bad for good.
class date_reader {
public:
    constexpr explicit date_reader(std::string_view text) noexcept : rest_(text) {}

    constexpr void mark(std::string_view expected) noexcept {
        good_ = good_ && rest_.starts_with(expected);
        if (good_) { rest_.remove_prefix(expected.size()); }
    }
    // One of the names; the number of it, from 1.
    template <std::size_t Count>
    constexpr std::int64_t name(std::string_view const (&names)[Count]) noexcept {
        for (std::size_t i = 0; i != Count; ++i) {
            if (!rest_.starts_with(names[i])) { continue; }
            rest_.remove_prefix(names[i].size());
            return static_cast<std::int64_t>(i) + 1;
        }
        good_ = false;
        return 1;
    }
    constexpr std::int64_t number(std::size_t digits, std::int64_t least, std::int64_t most) noexcept {
        std::int64_t value = 0;
        if (rest_.size() < digits) { good_ = false; }
        for (std::size_t i = 0; good_ && i != digits; ++i) {
            good_ = rest_[i] >= '0' && rest_[i] <= '9';
            value = value * 10 + (rest_[i] - '0');
        }
        good_ = good_ && value >= least && value <= most;
        if (good_) { rest_.remove_prefix(digits); }
        return good_ ? value : least;
    }
    constexpr std::int64_t month() noexcept {
        constexpr std::string_view names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        return name(names);
    }
    // 60 is a leap second.
    constexpr std::int64_t time_of_day() noexcept {
        auto const hours = number(2, 0, 23);
        mark(":");
        auto const minutes = number(2, 0, 59);
        mark(":");
        return hours * 3600 + minutes * 60 + number(2, 0, 60);
    }
    [[nodiscard]] constexpr bool next_is(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
    [[nodiscard]] constexpr bool ended() const noexcept { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace transport_impl

/// Reads the three forms of a date: `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete `Sunday, 06-Nov-94 08:49:37 GMT` (the
/// year that is at most 50 after `now`'s) and `Sun Nov  6 08:49:37 1994`. False if it is none of them. Whether the day of the
/// week is right is not looked at. *Units*: seconds since 1970. *Source*: RFC 9110, 5.6.7.
constexpr bool parse_http_date(std::string_view text, std::int64_t now, std::int64_t& seconds) noexcept {
    using transport_impl::days_since_1970;
    // Long names first, since the short ones are how they begin.
    constexpr std::string_view weekdays[] = {"Sunday", "Monday",   "Tuesday", "Wednesday", "Thursday",
                                             "Friday", "Saturday", "Sun",     "Mon",       "Tue",
                                             "Wed",    "Thu",      "Fri",     "Sat"};
    transport_impl::date_reader reader(text);
    auto const obsolete = reader.name(weekdays) <= 7;
    std::int64_t year = 0, month = 0, day = 0, of_day = 0;
    if (!reader.next_is(',')) {
        reader.mark(" ");
        month = reader.month();
        reader.mark(" ");
        if (reader.next_is(' ')) {
            reader.mark(" ");
            day = reader.number(1, 1, 9);
        } else {
            day = reader.number(2, 1, 31);
        }
        reader.mark(" ");
        of_day = reader.time_of_day();
        reader.mark(" ");
        year = reader.number(4, 0, 9999);
    } else {
        reader.mark(", ");
        day = reader.number(2, 1, 31);
        reader.mark(obsolete ? "-" : " ");
        month = reader.month();
        reader.mark(obsolete ? "-" : " ");
        year = obsolete ? reader.number(2, 0, 99) : reader.number(4, 0, 9999);
        reader.mark(" ");
        of_day = reader.time_of_day();
        reader.mark(" GMT");
        if (obsolete) {
            auto const this_year = 1970 + now / 31'556'952;  // the mean year of the calendar: a day off is no matter
            year += (this_year + 50) / 100 * 100;
            if (year > this_year + 50) { year -= 100; }
        }
    }
    seconds = days_since_1970(year, month, day) * 86'400 + of_day;
    return reader.ended();
}

}  // namespace sonde

#endif
