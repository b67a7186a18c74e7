// SPDX-License-Identifier: MIT
// Tests of what depends on time, without waiting for it.
#include "expect.hpp"

#include <sonde/sonde.hpp>
#include <sonde/testing/manual_clock.hpp>

#include <chrono>

// [sink]
struct timed_sink : sonde::memory_sink {
    using clock = sonde::manual_clock;
};
// [sink]

int main() {
    // [use]
    using namespace std::chrono_literals;
    sonde::manual_clock::set_utc({1'792'152'000'000'000'000});
    sonde::monitor<timed_sink> mon{{.agent_id = "demo"}};
    auto wait = sonde::monitored<"wait">(mon, [] { sonde::manual_clock::advance(2h); });
    wait();
    wait();
    auto const calls = mon.sink().of<sonde::call_finished>();
    expect(calls[0].duration_ns == 7'200'000'000'000);
    expect(sonde::to_text(calls[1].timestamp).view() == "2026-10-16T14:00:00.000000Z");
    // [use]
}
