// SPDX-License-Identifier: MIT
#include "parts.hpp"

#include <sonde/sonde.hpp>

std::string sonde::tests::call_in_second_file(void (*inside)()) {
    monitor<memory_sink> mon{{.agent_id = "odr"}};
    monitored<"second_file">(mon, [inside] { inside(); })();
    return std::string{mon.sink().lines().at(0)};
}
