// SPDX-License-Identifier: MIT
// with_span for a callable without parameters.
// EXPECT: sonde: this callable is not one with a span:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"one", sonde::with_span>(mon, [](auto&) { return 1; });
    call();
#else
    auto call = sonde::monitored<"one", sonde::with_span>(mon, [] { return 1; });
    call();
#endif
}
