// SPDX-License-Identifier: MIT
// A const monitor.
// EXPECT: sonde: the first argument is not a monitor:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto& fixed = mon;
    auto call = sonde::monitored<"twice">(fixed, twice);
    call(1);
#else
    auto const& fixed = mon;
    auto call = sonde::monitored<"twice">(fixed, twice);
    call(1);
#endif
}
