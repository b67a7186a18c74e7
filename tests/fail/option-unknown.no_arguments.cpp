// SPDX-License-Identifier: MIT
// An option that takes arguments, without them.
// EXPECT: sonde: a template argument of this site is not an option:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::channel<"MATHS">>(mon, twice);
#else
    auto call = sonde::monitored<"twice", sonde::channel>(mon, twice);
#endif
    call(1);
}
