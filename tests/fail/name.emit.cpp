// SPDX-License-Identifier: MIT
// An event whose name is an argument.
// EXPECT: sonde: .* is not a name
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"count">("count"_f = 42);
#else
    mon.emit("count", "count"_f = 42);
#endif
}
