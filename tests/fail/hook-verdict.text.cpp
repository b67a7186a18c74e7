// SPDX-License-Identifier: MIT
// A before that answers the reason alone.
// EXPECT: sonde: this hook's answer is not a verdict
#include <sonde/sonde.hpp>

#include <string>
int twice(int number);

struct watch {
#ifdef FIXED
    sonde::block before(auto&) { return {"no"}; }
#else
    std::string before(auto&) { return "no"; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
