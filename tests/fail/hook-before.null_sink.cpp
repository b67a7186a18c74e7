// SPDX-License-Identifier: MIT
// A guard that can't be called is refused where nothing is recorded, too.
// EXPECT: sonde: this hook is not a hook of this call: its before can't be called
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    void before(auto&) {}
#else
    void before() {}
#endif
};

void misuse(sonde::monitor<sonde::null_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
