// SPDX-License-Identifier: MIT
// More names than a function has parameters.
// EXPECT: sonde: args<> is not a list of names for this call: it names more arguments than the call has
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<&twice, sonde::args<"number">>(mon);
    call(1);
#else
    auto call = sonde::monitored<&twice, sonde::args<"number", "unit">>(mon);
    call(1);
#endif
}
