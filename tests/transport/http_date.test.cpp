// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/http_date.hpp>

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

namespace {

constexpr std::int64_t now = 1'792'152'000;  // 2026-10-16T12:00:00Z

constexpr bool reads(std::string_view text, std::int64_t seconds) {
    std::int64_t found = 0;
    return sonde::parse_http_date(text, now, found) && found == seconds;
}
constexpr bool refuses(std::string_view text) {
    std::int64_t found = 0;
    return !sonde::parse_http_date(text, now, found);
}

constexpr bool known_moments() {
    return reads("Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777) &&
           reads("Sunday, 06-Nov-94 08:49:37 GMT", 784'111'777) && reads("Sun Nov  6 08:49:37 1994", 784'111'777) &&
           reads("Sat Nov 26 08:49:37 1994", 785'839'777) && reads("Thu, 01 Jan 1970 00:00:00 GMT", 0) &&
           reads("Tue, 29 Feb 2000 23:59:60 GMT", 951'868'800) &&
           reads("Sat, 01 Jan 0000 00:00:00 GMT", -62'167'219'200) &&
           reads("Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799);
}
static_assert(known_moments());

// Two digits of a year: at most 50 years on.
constexpr bool short_years() {
    return reads("Thursday, 01-Jan-26 00:00:00 GMT", 1'767'225'600) &&
           reads("Friday, 01-Jan-76 00:00:00 GMT", 3'345'062'400) &&
           reads("Saturday, 01-Jan-77 00:00:00 GMT", 220'924'800) &&
           reads("Friday, 01-Jan-99 00:00:00 GMT", 915'148'800) &&
           reads("Saturday, 01-Jan-00 00:00:00 GMT", 946'684'800);
}
static_assert(short_years());

}  // namespace

TEST_CASE("the three forms of a date are read") {
    CHECK(known_moments());
    CHECK(short_years());
}

TEST_CASE("what is no date is none") {
    for (std::string_view const text : {"",
                                        " ",
                                        "Sun",
                                        "Sun,",
                                        "1994",
                                        "Sun, 06 Nov 1994 08:49:37",
                                        "Sun, 06 Nov 1994 08:49:37 GMT ",
                                        "Sun, 6 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 nov 1994 08:49:37 GMT",
                                        "Sun, 00 Nov 1994 08:49:37 GMT",
                                        "Sun, 32 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 24:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:60:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:61 GMT",
                                        "Sun, 06 Nov 94 08:49:37 GMT",
                                        "Sunday, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov 6 08:49:37 1994",
                                        "Sun Nov 06 08:49:37 1994 GMT",
                                        "Sun, 06 Nov 1994 08:49:37 UTC",
                                        "1994-11-06T08:49:37Z",
                                        "Son, 06 Nov 1994 08:49:37 GMT"}) {
        INFO(text);
        CHECK(refuses(text));
    }
}

TEST_CASE("every day of some centuries is read as the C library writes it") {
    for (std::int64_t day = -130'000; day < 200'000; day += 3) {
        auto const moment = static_cast<std::time_t>(day * 86'400 + (day * day) % 86'400);
        std::tm parts{};
        ::gmtime_r(&moment, &parts);
        char text[64];
        for (auto const* form : {"%a, %d %b %Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
            std::strftime(text, sizeof text, form, &parts);
            INFO(text);
            if (!reads(text, moment)) { CHECK(reads(text, moment)); }
        }
    }
}
