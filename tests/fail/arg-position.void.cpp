// SPDX-License-Identifier: MIT
// An argument past the last.
// EXPECT: sonde: sonde::arg is not an argument of this call: the position is past the last one
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    void before(auto& call) { sonde::arg<0>(call) = 1; }
#else
    void before(auto& call) { sonde::arg<5>(call) = 1; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
