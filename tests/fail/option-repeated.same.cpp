// SPDX-License-Identifier: MIT
// The same option twice.
// EXPECT: sonde: the options of this site are not one of a sort
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::no_input>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", sonde::no_input, sonde::no_input>(mon, twice);
    call(1);
#endif
}
