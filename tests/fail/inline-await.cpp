// SPDX-License-Identifier: MIT
// inline_await at the site of a plain function.
// EXPECT: sonde: inline_await is not an option of this site
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
#else
    auto call = sonde::monitored<"twice", sonde::inline_await>(mon, twice);
#endif
    call(1);
}
