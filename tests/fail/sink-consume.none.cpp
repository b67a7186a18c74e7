// SPDX-License-Identifier: MIT
// A sink that consumes nothing.
// EXPECT: sonde: S is not a sink: S::consume does not take every library event
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void write(sonde::event auto const&) noexcept {}
#endif
};

int twice(int number);

void misuse() {
    sonde::monitor<my_sink> mon{{.agent_id = "order-bot"}};
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
}
