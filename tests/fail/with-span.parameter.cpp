// SPDX-License-Identifier: MIT
// with_span for a callable that takes no span first.
// EXPECT: sonde: this callable is not one with a span:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice", sonde::with_span>(mon, twice);
    call(1);
#endif
}
