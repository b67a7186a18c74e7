// SPDX-License-Identifier: MIT
// A refused site that is called with a braced list.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

#include <vector>

std::size_t count(std::vector<int> const& numbers);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"count", sonde::tool>(mon, count);
    call({1, 2});
#else
    auto call = sonde::monitored<"count", int>(mon, count);
    call({1, 2});
#endif
}
