// SPDX-License-Identifier: MIT
// A member that the list forgets, behind a base.
// EXPECT: sonde: sonde_members is not the list of this event's members:
#include <sonde/sonde.hpp>

struct order {
    int order_id = 0;
    using sonde_members = sonde::members<sonde::member<"order_id", &order::order_id>>;
};

struct order_created : order {
    double amount = 0;
    int items = 0;
#ifdef FIXED
    using sonde_members = sonde::members_after<order, sonde::member<"amount", &order_created::amount>,
                                               sonde::member<"items", &order_created::items>>;
#else
    using sonde_members = sonde::members_after<order, sonde::member<"amount", &order_created::amount>>;
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) { mon.emit(order_created{{7}, 12.5, 1}); }
