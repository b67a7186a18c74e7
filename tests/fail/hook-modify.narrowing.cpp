// SPDX-License-Identifier: MIT
// Modified with half a number.
// EXPECT: sonde: this hook.s modify is not a list of this call.s arguments
#include <sonde/sonde.hpp>

void work(unsigned number);

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::modify{1}; }
#else
    auto before(auto&) { return sonde::modify{-1.5}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"work">(mon, work, watch{});
    call(1);
}
