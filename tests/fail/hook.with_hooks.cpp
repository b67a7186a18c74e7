// SPDX-License-Identifier: MIT
// with_hooks given what is no hook.
// EXPECT: sonde: .* is not a hook: it has none of before, after, on_error, on_block
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
    auto tools = sonde::with_hooks(mon, twice);
    auto call = sonde::monitored<"twice">(tools, twice);
    call(1);
#endif
}
