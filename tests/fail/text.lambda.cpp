// SPDX-License-Identifier: MIT
// A lambda, which has no name.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, [](int number) { return 2 * number; });
    call(1);
#else
    auto call = sonde::monitored<[](int number) { return 2 * number; }>(mon);
    call(1);
#endif
}
