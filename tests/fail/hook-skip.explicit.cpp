// SPDX-License-Identifier: MIT
// Skipped with a number where a list is the result.
// EXPECT: sonde: this hook.s skip is not a result of this call
#include <sonde/sonde.hpp>

#include <vector>

std::vector<int> work();

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::skip{std::vector<int>{5}}; }
#else
    auto before(auto&) { return sonde::skip{5}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"work">(mon, work, watch{});
    call();
}
