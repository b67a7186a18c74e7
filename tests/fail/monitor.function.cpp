// SPDX-License-Identifier: MIT
// A sink in the monitor's place, with the function as template argument.
// EXPECT: sonde: the first argument is not a monitor:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<&twice, sonde::tool>(mon);
    call(1);
#else
    auto call = sonde::monitored<&twice, sonde::tool>(mon.sink());
    call(1);
#endif
}
