// SPDX-License-Identifier: MIT
// Modified with a value too many.
// EXPECT: sonde: this hook.s modify is not a list of this call.s arguments
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::modify{1}; }
#else
    auto before(auto&) { return sonde::modify{1, 2}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
