// SPDX-License-Identifier: MIT
// A filter's predicate that is not const.
// EXPECT: sonde: Pred is not a predicate of events
#include <sonde/sonde.hpp>

struct chosen {
#ifdef FIXED
    bool operator()(sonde::envelope const&) const { return true; }
#else
    bool operator()(sonde::envelope const&) { return true; }
#endif
};

void misuse() {
    sonde::monitor<sonde::filtered<sonde::memory_sink, chosen>> mon{{.agent_id = "order-bot"}};
    mon.flush();
}
