// SPDX-License-Identifier: MIT
// More names than a member function has parameters; its object is no argument.
// EXPECT: sonde: args<> is not a list of names for this call: it names more arguments than the call has
#include <sonde/sonde.hpp>

struct shelf {
    int find(int number) const;
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<&shelf::find, sonde::args<"number">>(mon);
    call(shelf{}, 1);
#else
    auto call = sonde::monitored<&shelf::find, sonde::args<"shelf", "number">>(mon);
    call(shelf{}, 1);
#endif
}
