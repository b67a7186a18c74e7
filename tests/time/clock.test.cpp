// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/clock.hpp"

#include <sonde/time/clock.hpp>

#include <chrono>
#include <cstdint>

using sonde::monotonic_clock;

struct no_clock {
    using tick = int;
    static int now() { return 0; }
};
static_assert(!sonde::tick_source<no_clock>);

TEST_CASE("the monotonic clock obeys the laws of clocks") {
    sonde::tests::obeys_clock_laws<monotonic_clock>([] {});
    sonde::tests::follows_real_time<monotonic_clock>();
}

TEST_CASE("an interval is as long as it is, and never negative") {
    CHECK(monotonic_clock::nanoseconds(10, 25) == 15);
    CHECK(monotonic_clock::nanoseconds(25, 10) == 0);
    CHECK(monotonic_clock::elapsed(10, 25) == std::chrono::nanoseconds(15));
}

TEST_CASE("readings of one second keep their distance as moments, forwards and backwards") {
    auto const now = monotonic_clock::now();
    auto const first = monotonic_clock::utc(now);
    auto const later = monotonic_clock::utc(now + 500'000'000);
    CHECK(later.unix_nanoseconds - first.unix_nanoseconds == 500'000'000);
    auto const long_ago = monotonic_clock::utc(now - 3'600'000'000'000);
    CHECK(long_ago < first);
}
