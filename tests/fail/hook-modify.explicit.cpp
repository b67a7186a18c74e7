// SPDX-License-Identifier: MIT
// Modified with a number where a list is the argument.
// EXPECT: sonde: this hook.s modify is not a list of this call.s arguments
#include <sonde/sonde.hpp>

#include <vector>

void work(std::vector<int> const& numbers);

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::modify{std::vector<int>{5}}; }
#else
    auto before(auto&) { return sonde::modify{5}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"work">(mon, work, watch{});
    call({1});
}
