// SPDX-License-Identifier: MIT
// A struct that Hana does not know.
// EXPECT: sonde: an argument of emit is not an event
#include <sonde/sonde.hpp>

struct order_created {
    int order_id = 0;
#ifdef FIXED
    using sonde_members = sonde::members<sonde::member<"order_id", &order_created::order_id>>;
#else

#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) { mon.emit(order_created{7}); }
