// SPDX-License-Identifier: MIT
// A name for an argument of a data member, which has none.
// EXPECT: sonde: args<> is not a list of names for this call: it names more arguments than the call has
#include <sonde/sonde.hpp>

struct shelf {
    int size = 0;
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"size">(mon, &shelf::size);
    call(shelf{});
#else
    auto call = sonde::monitored<"size", sonde::args<"shelf">>(mon, &shelf::size);
    call(shelf{});
#endif
}
