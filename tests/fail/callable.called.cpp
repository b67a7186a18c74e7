// SPDX-License-Identifier: MIT
// The result called in the callable's place.
// EXPECT: sonde: this argument is not a callable:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon, twice(1));
    call(1);
#endif
}
