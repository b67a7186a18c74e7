// SPDX-License-Identifier: MIT
// A run whose name is a number.
// EXPECT: sonde: .* is not a name
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto run = mon.run("research");
    run.output("done");
#else
    auto run = mon.run(42);
    run.output("done");
#endif
}
