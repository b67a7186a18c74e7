// SPDX-License-Identifier: MIT
// The events of a type that is none.
// EXPECT: sonde: the template argument of of<> is not an event:
#include <sonde/sonde.hpp>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    static_cast<void>(mon.sink().of<sonde::call_finished>());
#else
    static_cast<void>(mon.sink().of<int>());
#endif
}
