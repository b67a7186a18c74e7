// SPDX-License-Identifier: MIT
// A value without a name, where nothing is recorded.
// EXPECT: sonde: .* is not a field: it has no name
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::null_sink>& mon) {
#ifdef FIXED
    mon.emit<"count">("count"_f = 42);
#else
    mon.emit<"count">(42);
#endif
}
