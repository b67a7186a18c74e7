// SPDX-License-Identifier: MIT
// Two channels for one event.
// EXPECT: sonde: the options of this site are not one of a sort
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"order_created", sonde::channel<"A">>("order_id"_f = 7);
#else
    mon.emit<"order_created", sonde::channel<"A">, sonde::channel<"B">>("order_id"_f = 7);
#endif
}
