// SPDX-License-Identifier: MIT
// Whatever else is done with the monitor of what is no sink.
// EXPECT: sonde: S is not a sink: S::consume does not take every library event
#include <sonde/sonde.hpp>

using namespace sonde::literals;

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void write(sonde::event auto const&) noexcept {}
#endif
};

void misuse() {
    sonde::monitor<my_sink> mon{{.agent_id = "order-bot"}};
    auto run = mon.run("research", {.user_id = "jane"});
    auto span = mon.span<"llm_call">("prompt"_f = "hello");
    span.output("hello");
    mon.emit<"decision">("query"_f = "q");
    static_cast<void>(run.tool_calls() + mon.stats().accepted);
    mon.flush();
}
