// SPDX-License-Identifier: MIT
// A filter's predicate that answers nothing.
// EXPECT: sonde: Pred is not a predicate of events
#include <sonde/sonde.hpp>

struct chosen {
#ifdef FIXED
    bool operator()(sonde::envelope const&) const { return true; }
#else
    void operator()(sonde::envelope const&) const {}
#endif
};

void misuse() {
    sonde::monitor<sonde::filtered<sonde::memory_sink, chosen>> mon{{.agent_id = "order-bot"}};
    mon.flush();
}
