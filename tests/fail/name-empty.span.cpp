// SPDX-License-Identifier: MIT
// A span with an empty name, which nobody records.
// EXPECT: sonde: this text is not a name: it is empty
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::null_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"work">();
    span.finish();
#else
    auto span = mon.span<"">();
    span.finish();
#endif
}
