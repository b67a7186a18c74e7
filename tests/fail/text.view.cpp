// SPDX-License-Identifier: MIT
// A name that shows characters elsewhere, which no type can hold.
// EXPECT: sonde: this template argument is not a text:
#include <sonde/sonde.hpp>

#include <string_view>

int twice(int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    static constexpr char name[] = "twice";
    auto call = sonde::monitored<name>(mon, twice);
    call(1);
#else
    static constexpr std::string_view name = "twice";
    auto call = sonde::monitored<name>(mon, twice);
    call(1);
#endif
}
