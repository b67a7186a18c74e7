// SPDX-License-Identifier: MIT
// The same program with each sink, chosen by one type.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <cstdio>
#include <fstream>
#include <string>

// [program]
template <class Sink>
void program(sonde::monitor<Sink>& mon) {
    auto add = sonde::monitored<"add", sonde::args<"a", "b">>(mon, [](int a, int b) { return a + b; });
    expect(add(2, 3) == 5);
}
// [program]

int main() {
    // [null]
    sonde::monitor<sonde::null_sink> off{{.agent_id = "demo"}};
    program(off);
    auto const bare = [](int a, int b) { return a + b; };
    auto const decorated = sonde::monitored<"add">(off, bare);
    static_assert(sizeof decorated == sizeof bare);
    // [null]

    // [memory]
    sonde::monitor<sonde::memory_sink> kept{{.agent_id = "demo"}};
    program(kept);
    expect(kept.sink().of<sonde::call_finished>().front().output_data.get<int>("") == 5);           // typed
    expect(kept.sink().lines().front().find(R"("output_data":{"value":5})") != std::string::npos);  // as a file has it
    // [memory]

    // [console]
    sonde::monitor<sonde::console_sink> shown{{.agent_id = "demo"}, {.stream = stdout}};
    program(shown);  // 09:30:00.123 info    ✓ add(a=2, b=3) -> 5 41 ns
    // [console]

    // [file]
    std::remove("swap_sinks.jsonl");
    sonde::monitor<sonde::file_sink> written{
        {.agent_id = "demo", .environment = "test"},
        {.path = "swap_sinks.jsonl", .max_file_bytes = 10'000'000, .max_files = 3}};
    program(written);
    written.flush();
    // [file]

    std::string line;
    std::getline(std::ifstream("swap_sinks.jsonl") >> std::ws, line);
    expect(line.starts_with(R"({"agent_id":"demo","event_type":"function_call")"));
    expect(shown.stats().delivered == 1 && written.stats().delivered == 1);
}
