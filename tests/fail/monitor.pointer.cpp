// SPDX-License-Identifier: MIT
// A pointer to a monitor.
// EXPECT: sonde: the first argument is not a monitor:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice">(&mon, twice);
    call(1);
#endif
}
