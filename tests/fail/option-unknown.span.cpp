// SPDX-License-Identifier: MIT
// A span with an option that is none.
// EXPECT: sonde: a template argument of this site is not an option
#include <sonde/sonde.hpp>

using namespace sonde::literals;

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto span = mon.span<"llm_call", sonde::model>("prompt"_f = "hello");
    span.set("model"_f = "m");
#else
    auto span = mon.span<"llm_call", int>("prompt"_f = "hello");
    span.set("model"_f = "m");
#endif
}
