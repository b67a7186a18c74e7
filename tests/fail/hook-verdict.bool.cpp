// SPDX-License-Identifier: MIT
// A before that answers true or false.
// EXPECT: sonde: this hook's answer is not a verdict
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    sonde::proceed before(auto&) { return {}; }
#else
    bool before(auto&) { return true; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
