// SPDX-License-Identifier: MIT
// A start for an event, which just is.
// EXPECT: sonde: a template argument here is not an option of this event or span:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"order">();
#else
    mon.emit<"order", sonde::started>();
#endif
}
