// SPDX-License-Identifier: MIT
// What is there already.
// EXPECT: sonde: the argument of watch is not a future or range:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    sonde::monitored<"answer">(mon, [] { return 42; })();
#else
    sonde::monitored<"answer">(mon, [] { return sonde::watch(42); })();
#endif
}
