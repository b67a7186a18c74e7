// SPDX-License-Identifier: MIT
// An event with a name that is known only at run time.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

#include <string>

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    mon.emit<"order">();
#else
    std::string name = "order";
    mon.emit<name>();
#endif
}
