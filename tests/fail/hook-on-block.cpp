// SPDX-License-Identifier: MIT
// An on_block that takes a number.
// EXPECT: sonde: this hook is not a hook of this call: its on_block can't be called
#include <sonde/sonde.hpp>

#include <string_view>
int twice(int number);

struct watch {
#ifdef FIXED
    void on_block(auto&, std::string_view) {}
#else
    void on_block(auto&, int) {}
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
