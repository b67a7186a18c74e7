// SPDX-License-Identifier: MIT
// A name for the span, which is no argument of the call.
// EXPECT: sonde: args<> is not a list of names for this call: it names more arguments than the call has
#include <sonde/sonde.hpp>

int annotated(sonde::span_handle span, int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"annotated", sonde::with_span, sonde::args<"number">>(mon, annotated);
    call(1);
#else
    auto call = sonde::monitored<"annotated", sonde::with_span, sonde::args<"span", "number">>(mon, annotated);
    call(1);
#endif
}
