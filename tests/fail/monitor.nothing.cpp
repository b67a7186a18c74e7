// SPDX-License-Identifier: MIT
// A name, and nothing else.
// EXPECT: sonde: the first argument is not a monitor:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
#else
    auto call = sonde::monitored<"twice">();
    static_cast<void>(mon);
#endif
    call(1);
}
