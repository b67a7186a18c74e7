// SPDX-License-Identifier: MIT
// A clock that stands still until it is told, for tests of what depends on time.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <cstdint>
#include <string>

// [clock]
struct hand_clock {
    using tick = std::int64_t;
    static inline tick time = 0;

    static tick now() noexcept { return time; }
    static sonde::timestamp utc(tick at) noexcept { return {1'792'152'000'000'000'000 + at}; }
    static std::uint64_t nanoseconds(tick from, tick to) noexcept { return static_cast<std::uint64_t>(to - from); }
};
static_assert(sonde::tick_source<hand_clock>);

struct timed_sink : sonde::memory_sink {
    using clock = hand_clock;
};
// [clock]

int main() {
    // [use]
    sonde::monitor<timed_sink> mon{{.agent_id = "demo"}};
    auto wait = sonde::monitored<"wait">(mon, [] { hand_clock::time += 350'000'000; });
    wait();
    auto const call = mon.sink().of<sonde::call_finished>().front();
    expect(call.duration_ns == 350'000'000);
    expect(sonde::to_text(call.timestamp).view() == "2026-10-16T12:00:00.000000Z");
    // [use]
}
