// SPDX-License-Identifier: MIT
// A sink that consumes some of the library's events.
// EXPECT: sonde: S is not a sink: S::consume does not take every library event
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::call_finished const&) noexcept {}
    void consume(sonde::event auto const&) noexcept {}
#else
    void consume(sonde::call_finished const&) noexcept {}
#endif
};

int twice(int number);

void misuse() {
    sonde::monitor<my_sink> mon{{.agent_id = "order-bot"}};
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
}
