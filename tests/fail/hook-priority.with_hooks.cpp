// SPDX-License-Identifier: MIT
// A priority that is a text.
// EXPECT: sonde: this hook.s priority is not a constant:
#include <sonde/sonde.hpp>

struct good {
    static constexpr int priority = 3;
    void before(auto&) {}
};
struct bad {
    static constexpr auto priority = "high";
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto tools = sonde::with_hooks(mon, good{});
    static_cast<void>(tools);
#else
    auto tools = sonde::with_hooks(mon, bad{});
    static_cast<void>(tools);
#endif
}
