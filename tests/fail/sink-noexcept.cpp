// SPDX-License-Identifier: MIT
// A sink that may throw at the monitored call.
// EXPECT: sonde: S is not a sink: S::consume must be noexcept
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void consume(sonde::event auto const&) {}
#endif
};

int twice(int number);

void misuse() {
    sonde::monitor<my_sink> mon{{.agent_id = "order-bot"}};
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
}
