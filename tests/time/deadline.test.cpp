// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/time/deadline.hpp>

#include <chrono>
#include <limits>

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

TEST_CASE("a deadline is a duration from now") {
    auto const before = steady_clock::now();
    sonde::deadline const in_an_hour(1h);
    auto const after = steady_clock::now();
    CHECK(in_an_hour.at() >= before + 1h);
    CHECK(in_an_hour.at() <= after + 1h);
    CHECK(!in_an_hour.passed());
    CHECK(in_an_hour.remaining() <= 1h);
    CHECK(in_an_hour.remaining() > 59min);
    CHECK(sonde::deadline(0s).passed());
    CHECK(sonde::deadline(-5h).passed());
    CHECK(sonde::deadline(-5h).remaining() == 0ns);
    CHECK(!sonde::deadline(std::chrono::duration<double>(3600.5)).passed());
}

TEST_CASE("a deadline is a moment of any clock") {
    auto const at = steady_clock::now() + 3h;
    CHECK(sonde::deadline(at).at() == at);
    auto const by_system = sonde::deadline(system_clock::now() + 1h);
    CHECK(by_system.remaining() > 59min);
    CHECK(by_system.remaining() <= 61min);
    CHECK(sonde::deadline(system_clock::now() - 1h).passed());
}

TEST_CASE("what the clock can't express is as late or as early as it can") {
    CHECK(sonde::deadline((std::chrono::hours::max)()).at() == (steady_clock::time_point::max)());
    CHECK(sonde::deadline((std::chrono::nanoseconds::max)()).at() == (steady_clock::time_point::max)());
    CHECK(sonde::deadline((std::chrono::hours::min)()).passed());
    CHECK(sonde::deadline((system_clock::time_point::max)()).remaining() > 24h * 365);
    CHECK(sonde::deadline((system_clock::time_point::min)()).passed());
    using days = std::chrono::duration<long long, std::ratio<86'400>>;
    CHECK(!sonde::deadline(std::chrono::time_point<system_clock, days>((days::max)())).passed());
    CHECK(sonde::deadline(std::chrono::time_point<system_clock, days>((days::min)())).passed());
    CHECK(sonde::deadline(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())).passed());
    CHECK(!sonde::deadline(std::chrono::duration<double>(std::numeric_limits<double>::infinity())).passed());
    CHECK(!sonde::deadline((steady_clock::time_point::max)()).passed());
    CHECK(sonde::deadline((steady_clock::time_point::min)()).remaining() == 0ns);
}
