// SPDX-License-Identifier: MIT
// Several sinks at once, and only some events for one of them.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <cstdio>
#include <stdexcept>

// [types]
struct failures_only {
    bool operator()(sonde::envelope const& from) const { return from.level >= sonde::level::error; }
};

using everything = sonde::memory_sink;
using alarms = sonde::filtered<sonde::console_sink, failures_only>;
using sink = sonde::fan_out<everything, alarms>;
// [types]

int main() {
    // [use]
    sonde::monitor<sink> mon{{.agent_id = "demo"}, {{}, {.stream = stdout}}};  // the options of each, in order
    auto divide = sonde::monitored<"divide", sonde::args<"a", "b">>(mon, [](int a, int b) {
        if (b == 0) { throw std::domain_error("division by zero"); }
        return a / b;
    });
    divide(6, 3);
    try {
        divide(1, 0);  // only this one is shown on the console
    } catch (std::domain_error const&) {}
    expect(mon.sink().get<everything>().size() == 2);
    expect(mon.sink().get<alarms>().stats().accepted == 1);
    expect(mon.stats().accepted == 3);  // an event counts once for each sink that took it
    // [use]
}
