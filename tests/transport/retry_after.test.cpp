// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/retry_after.hpp>

#include <cstdint>
#include <string_view>

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr sonde::timestamp now{1'792'152'000 * second + second / 4};  // a quarter after 2026-10-16T12:00:00Z

constexpr bool waits(std::string_view value, std::uint32_t milliseconds) {
    return sonde::retry_after_ms(value, now) == milliseconds;
}

constexpr bool seconds() {
    return waits("0", 0) && waits("1", 1000) && waits(" 120\t", 120'000) && waits("3599", 3'599'000) &&
           waits("3600", 3'600'000) && waits("3601", 3'600'000) && waits("007", 7000) &&
           waits("18446744073709551617", 3'600'000);
}
static_assert(seconds());

constexpr bool dates() {
    return waits("Fri, 16 Oct 2026 12:00:10 GMT", 9'750) && waits("Friday, 16-Oct-26 12:00:10 GMT", 9'750) &&
           waits("Fri Oct 16 12:00:10 2026", 9'750) && waits("Fri, 16 Oct 2026 12:00:00 GMT", 0) &&
           waits("Sun, 06 Nov 1994 08:49:37 GMT", 0) && waits("Fri, 16 Oct 2026 14:00:00 GMT", 3'600'000);
}
static_assert(dates());

}  // namespace

TEST_CASE("seconds to wait are read, an hour at most") { CHECK(seconds()); }
TEST_CASE("a date to wait for is read, an hour from now at most") { CHECK(dates()); }
TEST_CASE("what is neither is no wait") {
    for (std::string_view const value : {"", " ", "soon", "-1", "+1", "1.5", "1 s", "10 Oct", "0x10"}) {
        INFO(value);
        CHECK(waits(value, 0));
    }
}
