// SPDX-License-Identifier: MIT
// A hook that sees how a call ended, with the null sink, the front door alone and no clock.
// EXPECT: sonde: sonde::monotonic_clock is not a complete type: a hook sees how the call ended
#include <sonde/monitored.hpp>
#include <sonde/sink/null.hpp>
#ifdef FIXED
#include <sonde/time/clock.hpp>
#endif

int twice(int number);

struct watch {
    void after(auto&, auto&) {}
};

void misuse(sonde::monitor<sonde::null_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
