// SPDX-License-Identifier: MIT
// A pointer to a hook.
// EXPECT: sonde: .* is not a hook: it has none of before, after, on_error, on_block
#include <sonde/sonde.hpp>

#include <functional>

struct watch {
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    watch hook;
    auto call = sonde::monitored<"twice">(mon, twice, std::ref(hook));
    call(1);
#else
    watch hook;
    auto call = sonde::monitored<"twice">(mon, twice, &hook);
    call(1);
#endif
}
