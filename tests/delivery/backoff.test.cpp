// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/backoff.hpp>

#include <chrono>
#include <cstdint>
#include <random>

using namespace std::chrono_literals;
using sonde::wait_before;

TEST_CASE("waits double from a second to a minute, each a fifth more or less") {
    std::mt19937_64 random(1);
    std::chrono::milliseconds usual = 1s;
    for (unsigned further_try = 1; further_try < 12; ++further_try, usual = 2 * usual < 60s ? 2 * usual : 60s) {
        std::chrono::milliseconds shortest = 1h, longest = 0ms;
        for (int i = 0; i < 10'000; ++i) {
            auto const wait = wait_before(further_try, 0ms, random());
            REQUIRE(wait >= usual * 8 / 10);
            REQUIRE(wait <= usual * 12 / 10);
            shortest = wait < shortest ? wait : shortest;
            longest = wait > longest ? wait : longest;
        }
        CHECK(shortest < usual * 82 / 100);  // all of the range is used
        CHECK(longest > usual * 118 / 100);
    }
    CHECK(wait_before(4'000'000'000U, 0ms, 2000) == 60s);
}

TEST_CASE("a receiver that asks for longer gets it, within an hour") {
    CHECK(wait_before(1, 30s, 0) == 30s);
    CHECK(wait_before(1, 1ms, 2000) == 1s);
    CHECK(wait_before(1, 24h, 0) == 1h);
    CHECK(wait_before(1, -5s, 2000) == 1s);
}
