// SPDX-License-Identifier: MIT
// Without a callable, monitored<> is the right side of a pipe.
// EXPECT: sonde: what is called here is not a decorated callable:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon);
    call(1);
#endif
}
