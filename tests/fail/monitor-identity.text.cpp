// SPDX-License-Identifier: MIT
// The agent's id in the identity's place.
// EXPECT: sonde: the first argument of this monitor is not an identity:
#include <sonde/sonde.hpp>

void misuse() {
#ifdef FIXED
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}};
#else
    sonde::monitor<sonde::file_sink> mon{"order-bot"};
#endif
    mon.flush();
}
