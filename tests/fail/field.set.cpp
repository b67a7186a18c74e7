// SPDX-License-Identifier: MIT
// An annotation without a name.
// EXPECT: sonde: .* is not a field: it has no name
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"llm_call">();
    span.set("tokens"_f = 42);
#else
    auto span = mon.span<"llm_call">();
    span.set(42);
#endif
}
