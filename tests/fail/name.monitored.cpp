// SPDX-License-Identifier: MIT
// A site without a name.
// EXPECT: sonde: the first template argument of monitored<> is not a name
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored(mon, twice);
    call(1);
#endif
}
