// SPDX-License-Identifier: MIT
// An optional of what is no verdict.
// EXPECT: sonde: this hook's answer is not a verdict
#include <sonde/sonde.hpp>

#include <optional>
int twice(int number);

struct watch {
#ifdef FIXED
    std::optional<sonde::block> before(auto&) { return {}; }
#else
    std::optional<bool> before(auto&) { return {}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
