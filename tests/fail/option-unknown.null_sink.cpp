// SPDX-License-Identifier: MIT
// It is refused under the null sink as well.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::null_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::tool>(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", int>(mon, twice);
    call(1);
#endif
}
