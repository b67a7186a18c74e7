// SPDX-License-Identifier: MIT
// A site with an option in the name's place.
// EXPECT: sonde: the first template argument of monitored<> is not a name
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::tool>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<sonde::tool>(mon, twice);
    call(1);
#endif
}
