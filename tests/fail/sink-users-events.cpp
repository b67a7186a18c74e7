// SPDX-License-Identifier: MIT
// A sink for the library's events only.
// EXPECT: sonde: S is not a sink: S::consume does not take events that users define
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void consume(sonde::library_event auto const&) noexcept {}
#endif
};

int twice(int number);

void misuse() {
    sonde::monitor<my_sink> mon{{.agent_id = "order-bot"}};
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
}
