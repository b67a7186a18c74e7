// SPDX-License-Identifier: MIT
// A monitor made from nothing.
// EXPECT: sonde: what this monitor is made from is not an identity
#include <sonde/sonde.hpp>

void misuse() {
#ifdef FIXED
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}};
#else
    sonde::monitor<sonde::file_sink> mon;
#endif
    mon.flush();
}
