// SPDX-License-Identifier: MIT
// Skipped with half a number.
// EXPECT: sonde: this hook.s skip is not a result of this call
#include <sonde/sonde.hpp>

int work();

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::skip{1}; }
#else
    auto before(auto&) { return sonde::skip{1.5}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"work">(mon, work, watch{});
    call();
}
