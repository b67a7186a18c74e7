// SPDX-License-Identifier: MIT
// A site with an empty name.
// EXPECT: sonde: this text is not a name: it is empty
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"">(mon, twice);
    call(1);
#endif
}
