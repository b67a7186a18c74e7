// SPDX-License-Identifier: MIT
// An option that is a text: argument names without args<>.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::args<"number">>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", "number">(mon, twice);
    call(1);
#endif
}
