// SPDX-License-Identifier: MIT
// A priority that each hook has of its own.
// EXPECT: sonde: this hook.s priority is not a constant:
#include <sonde/sonde.hpp>

struct good {
    static constexpr int priority = 3;
    void before(auto&) {}
};
struct bad {
    int priority = 3;
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice, good{});
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon, twice, bad{});
    call(1);
#endif
}
