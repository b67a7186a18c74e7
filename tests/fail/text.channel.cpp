// SPDX-License-Identifier: MIT
// A channel that is known only at run time.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

#include <string>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"twice", sonde::channel<"A">>(mon, twice);
    call(1);
#else
    std::string name = "A";
    auto call = sonde::monitored<"twice", sonde::channel<name>>(mon, twice);
    call(1);
#endif
}
