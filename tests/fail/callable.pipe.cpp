// SPDX-License-Identifier: MIT
// Something that is no callable before the pipe.
// EXPECT: sonde: this argument is not a callable:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = twice | sonde::monitored<"twice">(mon);
    call(1);
#else
    auto call = 42 | sonde::monitored<"twice">(mon);
    call(1);
#endif
}
