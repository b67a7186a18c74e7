// SPDX-License-Identifier: MIT
// A class without a call operator.
// EXPECT: sonde: this argument is not a callable:
#include <sonde/sonde.hpp>

struct settings {
    int limit = 0;
};
struct doubled {
    int operator()(int number) const { return 2 * number; }
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, doubled{});
    int const four = call(2);
    static_cast<void>(four);
#else
    auto call = sonde::monitored<"twice">(mon, settings{});
    int const four = call(2);
    static_cast<void>(four);
#endif
}
