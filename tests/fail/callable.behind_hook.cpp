// SPDX-License-Identifier: MIT
// A hook before the callable.
// EXPECT: sonde: this argument is not a callable:
#include <sonde/sonde.hpp>

struct watch {
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon, watch{}, twice);
    call(1);
#endif
}
