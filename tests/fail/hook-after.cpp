// SPDX-License-Identifier: MIT
// An after that does not take the result.
// EXPECT: sonde: this hook is not a hook of this call: its after can't be called
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    void after(auto&, auto&) {}
#else
    void after(auto&) {}
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
