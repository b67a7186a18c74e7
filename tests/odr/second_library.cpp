// SPDX-License-Identifier: MIT
#include "parts.hpp"

#include <sonde/sonde.hpp>

std::string sonde::tests::call_in_second_library(void (*inside)()) {
    monitor<memory_sink> mon{{.agent_id = "odr"}};
    monitored<"second_library">(mon, [inside] { inside(); })();
    return std::string{mon.sink().lines().at(0)};
}
