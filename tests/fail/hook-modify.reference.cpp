// SPDX-License-Identifier: MIT
// Modified with a value where the function writes to an object.
// EXPECT: sonde: this hook.s modify is not a list of this call.s arguments
#include <sonde/sonde.hpp>

#include <functional>

int other = 0;
void work(int& number);

struct watch {
#ifdef FIXED
    auto before(auto&) { return sonde::modify{std::ref(other)}; }
#else
    auto before(auto&) { return sonde::modify{7}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"work">(mon, work, watch{});
    int number = 0;
    call(number);
}
