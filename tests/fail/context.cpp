// SPDX-License-Identifier: MIT
// A monitor in the place of a context.
// EXPECT: sonde: this argument is not a context:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"request">();
    sonde::monitored_in(span)(twice, 1);
#else
    sonde::monitored_in(mon)(twice, 1);
#endif
}
