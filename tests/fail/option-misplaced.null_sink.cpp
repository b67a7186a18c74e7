// SPDX-License-Identifier: MIT
// The same where nothing is recorded.
// EXPECT: sonde: a template argument here is not an option of this event or span:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::null_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"work">();
    span.finish();
#else
    auto span = mon.span<"work", sonde::with_span>();
    span.finish();
#endif
}
