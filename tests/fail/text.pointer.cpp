// SPDX-License-Identifier: MIT
// A name that is a pointer.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    static constexpr char const* name = "twice";
    auto call = sonde::monitored<name>(mon, twice);
    call(1);
#endif
}
