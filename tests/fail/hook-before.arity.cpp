// SPDX-License-Identifier: MIT
// A before that takes the arguments in place of the call.
// EXPECT: sonde: this hook is not a hook of this call: its before can't be called
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    void before(auto&) {}
#else
    void before(auto&, int) {}
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
