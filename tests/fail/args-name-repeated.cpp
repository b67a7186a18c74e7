// SPDX-License-Identifier: MIT
// Two arguments of the same name.
// EXPECT: sonde: args<> is not a list of names: a name is there twice
#include <sonde/sonde.hpp>

int sum(int left, int right);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"sum", sonde::args<"left", "right">>(mon, sum);
    call(1, 2);
#else
    auto call = sonde::monitored<"sum", sonde::args<"number", "number">>(mon, sum);
    call(1, 2);
#endif
}
