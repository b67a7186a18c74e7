// SPDX-License-Identifier: MIT
// A span that should take a span.
// EXPECT: sonde: a template argument here is not an option of this event or span:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"work", sonde::started>();
    span.finish();
#else
    auto span = mon.span<"work", sonde::started, sonde::with_span>();
    span.finish();
#endif
}
