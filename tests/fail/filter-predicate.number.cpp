// SPDX-License-Identifier: MIT
// A number as a filter.
// EXPECT: sonde: Pred is not a predicate of events
#include <sonde/sonde.hpp>

struct chosen {
    bool operator()(sonde::envelope const&) const { return true; }
};
#ifdef FIXED
using filter = chosen;
#else
using filter = int;
#endif

void misuse() {
    sonde::monitor<sonde::filtered<sonde::memory_sink, filter>> mon{{.agent_id = "order-bot"}};
    mon.flush();
}
