// SPDX-License-Identifier: MIT
// The name of two member functions.
// EXPECT: sonde: this template argument is not one function:
// LINES: 70, since the compiler lists each template that it did not choose
#include <sonde/sonde.hpp>

struct account {
    int get();
    int get() const;
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<static_cast<int (account::*)()>(&account::get)>(mon);
    static_cast<void>(call);
#else
    auto call = sonde::monitored<&account::get>(mon);
    static_cast<void>(call);
#endif
}
