// SPDX-License-Identifier: MIT
// The same, in a before whose answer's type is deduced.
// EXPECT: sonde: sonde::arg is not an argument of this call: the position is past the last one
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    auto before(auto& call) { return sonde::modify{sonde::arg<0>(call)}; }
#else
    auto before(auto& call) { return sonde::modify{sonde::arg<1>(call)}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
