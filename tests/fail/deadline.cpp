// SPDX-License-Identifier: MIT
// A deadline without a unit.
// EXPECT: sonde: a number is not a deadline:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.flush(std::chrono::seconds(5));
#else
    mon.flush(5);
#endif
}
