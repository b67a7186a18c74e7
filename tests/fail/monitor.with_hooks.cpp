// SPDX-License-Identifier: MIT
// Hooks for what is no monitor.
// EXPECT: sonde: the first argument is not a monitor:
#include <sonde/sonde.hpp>

struct watch {
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto tools = sonde::with_hooks(mon, watch{});
    auto call = sonde::monitored<"twice">(tools, twice);
    call(1);
#else
    auto tools = sonde::with_hooks(mon.sink(), watch{});
    auto call = sonde::monitored<"twice">(tools, twice);
    call(1);
#endif
}
