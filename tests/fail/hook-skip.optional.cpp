// SPDX-License-Identifier: MIT
// Skipped now and then, with a value of another type.
// EXPECT: sonde: this hook's skip is not a result of this call
#include <sonde/sonde.hpp>

#include <optional>
int twice(int number);

struct watch {
#ifdef FIXED
    std::optional<sonde::skip<int>> before(auto&) { return {}; }
#else
    std::optional<sonde::skip<char const*>> before(auto&) { return {}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
