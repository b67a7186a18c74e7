// SPDX-License-Identifier: MIT
// An argument of a name that the site does not give.
// EXPECT: sonde: sonde::arg is not an argument of this call: no argument has that name
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    void before(auto& call) { sonde::arg<"arg0">(call) = 1; }
#else
    void before(auto& call) { sonde::arg<"nope">(call) = 1; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
