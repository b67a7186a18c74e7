// SPDX-License-Identifier: MIT
// A span whose name is an argument.
// EXPECT: sonde: .* is not a name
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"llm_call">("prompt"_f = "hello");
    span.fail("no");
#else
    auto span = mon.span("llm_call", "prompt"_f = "hello");
    span.fail("no");
#endif
}
