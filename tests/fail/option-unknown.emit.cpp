// SPDX-License-Identifier: MIT
// An event by hand with an option that is none.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"order_created", sonde::warning>("order_id"_f = 7);
#else
    mon.emit<"order_created", int>("order_id"_f = 7);
#endif
}
