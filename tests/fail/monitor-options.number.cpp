// SPDX-License-Identifier: MIT
// A number in the place of the sink's options.
// EXPECT: sonde: the second argument of this monitor is not its sink's options:
#include <sonde/sonde.hpp>

void misuse() {
#ifdef FIXED
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}, {.path = "events.jsonl"}};
#else
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}, 42};
#endif
    mon.flush();
}
