// SPDX-License-Identifier: MIT
// A number as an event.
// EXPECT: sonde: an argument of emit is not an event
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"count">("count"_f = 42);
#else
    mon.emit(42);
#endif
}
