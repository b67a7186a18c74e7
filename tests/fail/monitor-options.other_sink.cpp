// SPDX-License-Identifier: MIT
// The options of another sink.
// EXPECT: sonde: the second argument of this monitor is not its sink's options:
#include <sonde/sonde.hpp>

void misuse() {
#ifdef FIXED
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}, sonde::file_sink::options{}};
#else
    sonde::monitor<sonde::file_sink> mon{{.agent_id = "order-bot"}, sonde::console_sink::options{}};
#endif
    mon.flush();
}
