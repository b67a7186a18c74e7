// SPDX-License-Identifier: MIT
// A number behind the callable.
// EXPECT: sonde: .* is not a hook: it has none of before, after, on_error, on_block
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    auto call = sonde::monitored<"twice">(mon, twice, 42);
    call(1);
#endif
}
