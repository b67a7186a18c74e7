// SPDX-License-Identifier: MIT
// An on_error that takes a text.
// EXPECT: sonde: this hook is not a hook of this call: its on_error can't be called
#include <sonde/sonde.hpp>

#include <exception>
#include <string_view>
int twice(int number);

struct watch {
#ifdef FIXED
    void on_error(auto&, std::exception_ptr) {}
#else
    void on_error(auto&, std::string_view) {}
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"twice">(mon, twice, watch{});
    call(1);
}
