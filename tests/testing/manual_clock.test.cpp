// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/clock.hpp"

#include <sonde/sonde.hpp>
#include <sonde/testing/manual_clock.hpp>

#include <chrono>

using namespace std::chrono_literals;
using sonde::manual_clock;

namespace {
struct timed_sink : sonde::memory_sink {
    using clock = manual_clock;
};
}  // namespace

TEST_CASE("the manual clock obeys the laws of clocks") {
    sonde::tests::obeys_clock_laws<manual_clock>([] { manual_clock::advance(1us); });
    sonde::tests::obeys_clock_laws<manual_clock>([] {});
}

TEST_CASE("the manual clock moves when it is told, and never back") {
    auto const start = manual_clock::now();
    CHECK(manual_clock::now() == start);
    manual_clock::advance(350ms);
    CHECK(manual_clock::nanoseconds(start, manual_clock::now()) == 350'000'000);
    CHECK(manual_clock::elapsed(start, manual_clock::now()) == 350ms);
    manual_clock::advance(-1s);
    CHECK(manual_clock::elapsed(start, manual_clock::now()) == 350ms);
}

TEST_CASE("setting the time changes no duration") {
    auto const start = manual_clock::now();
    manual_clock::set_utc({5'000});
    CHECK(manual_clock::now() == start);
    CHECK(manual_clock::utc(start) == sonde::timestamp{5'000});
    manual_clock::advance(7ns);
    CHECK(manual_clock::utc(manual_clock::now()) == sonde::timestamp{5'007});
}

TEST_CASE("calls are timed with the clock of their sink") {
    sonde::monitor<timed_sink> mon{{.agent_id = "tests"}};
    manual_clock::set_utc({1'792'152'000'000'000'000});
    sonde::monitored<"wait">(mon, [] { manual_clock::advance(2h); })();
    auto const call = mon.sink().of<sonde::call_finished>().front();
    CHECK(call.duration_ns == 7'200'000'000'000);
    CHECK(call.timestamp == sonde::timestamp{1'792'152'000'000'000'000});
}
