// SPDX-License-Identifier: MIT
// The same, where the answer's type depends on it.
// EXPECT: sonde: sonde::arg is not an argument of this call: no argument has that name
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    sonde::verdict<sonde::proceed, sonde::block> before(auto& call) {
        if (sonde::arg<"arg0">(call) > 3) { return sonde::block{"too large"}; }
        return sonde::proceed{};
    }
#else
    sonde::verdict<sonde::proceed, sonde::block> before(auto& call) {
        if (sonde::arg<"nope">(call) > 3) { return sonde::block{"too large"}; }
        return sonde::proceed{};
    }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
