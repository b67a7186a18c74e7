// SPDX-License-Identifier: MIT
// Two kinds.
// EXPECT: sonde: the options of this site are not one of a sort
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::tool>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", sonde::tool, sonde::model>(mon, twice);
    call(1);
#endif
}
