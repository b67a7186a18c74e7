// SPDX-License-Identifier: MIT
// A name that is known only at run time.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

#include <string>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
#else
    std::string name = "twice";
    auto call = sonde::monitored<name>(mon, twice);
    call(1);
#endif
}
