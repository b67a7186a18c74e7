// SPDX-License-Identifier: MIT
// The same, in a before whose answer's type is deduced.
// EXPECT: sonde: sonde::arg is not an argument of this call: no argument has that name
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    auto before(auto& call) { return sonde::modify{sonde::arg<"arg0">(call) + 1}; }
#else
    auto before(auto& call) { return sonde::modify{sonde::arg<"nope">(call) + 1}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
