// SPDX-License-Identifier: MIT
// An option of another sort, behind a pipe.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = twice | sonde::monitored<"twice", sonde::tool>(mon);
    call(1);
#else
    auto call = twice | sonde::monitored<"twice", int>(mon);
    call(1);
#endif
}
