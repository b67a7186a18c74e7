// SPDX-License-Identifier: MIT
// The name of a template.
// EXPECT: sonde: this template argument is not one function:
// LINES: 70, since the compiler lists each template that it did not choose
#include <sonde/sonde.hpp>

template <class Number>
Number twice(Number number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<&twice<int>>(mon);
    call(1);
#else
    auto call = sonde::monitored<&twice>(mon);
    call(1);
#endif
}
