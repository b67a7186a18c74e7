// SPDX-License-Identifier: MIT
// A run whose name is a number, with options.
// EXPECT: sonde: .* is not a name
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto run = mon.run("research", {.user_id = "jane"});
    run.output("done");
#else
    auto run = mon.run(42, {.user_id = "jane"});
    run.output("done");
#endif
}
