// SPDX-License-Identifier: MIT
// A final class with none of a hook's members.
// EXPECT: sonde: .* is not a hook: it has none of before, after, on_error, on_block
#include <sonde/sonde.hpp>

struct watch final {
    void on_call(auto&) {}
};
struct hooked final {
    void before(auto&) {}
};
int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice, hooked{});
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
#endif
}
