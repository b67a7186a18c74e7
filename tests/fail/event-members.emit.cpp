// SPDX-License-Identifier: MIT
// A member that the list forgets.
// EXPECT: sonde: sonde_members is not the list of this event's members:
#include <sonde/sonde.hpp>

struct order_created {
    int order_id = 0;
    double amount = 0;
#ifdef FIXED
    using sonde_members = sonde::members<sonde::member<"order_id", &order_created::order_id>,
                                         sonde::member<"amount", &order_created::amount>>;
#else
    using sonde_members = sonde::members<sonde::member<"order_id", &order_created::order_id>>;
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) { mon.emit(order_created{7, 12.5}); }
