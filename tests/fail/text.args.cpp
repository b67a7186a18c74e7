// SPDX-License-Identifier: MIT
// A position where a name belongs.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::args<"number">>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", sonde::args<1>>(mon, twice);
    call(1);
#endif
}
