// SPDX-License-Identifier: MIT
// The name of two functions.
// EXPECT: sonde: this template argument is not one function:
// LINES: 70, since the compiler lists each template that it did not choose
#include <sonde/sonde.hpp>

int twice(int number);
double twice(double number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<static_cast<int (*)(int)>(&twice)>(mon);
    call(1);
#else
    auto call = sonde::monitored<&twice>(mon);
    call(1);
#endif
}
