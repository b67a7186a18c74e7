// SPDX-License-Identifier: MIT
// Skipped with a value of another type.
// EXPECT: sonde: this hook's skip is not a result of this call
#include <sonde/sonde.hpp>

int twice(int number);

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::skip{4}; }
#else
    auto before(auto&) { return sonde::skip{"four"}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
