// SPDX-License-Identifier: MIT
// Names of arguments for an event, which has fields.
// EXPECT: sonde: a template argument here is not an option of this event or span:
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"order", sonde::warning>("id"_f = 3);
#else
    mon.emit<"order", sonde::warning, sonde::args<"id">>("id"_f = 3);
#endif
}
