// SPDX-License-Identifier: MIT
// What reaches the caller, what does not, and where to read it.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

int main() {
    // [config]
    try {
        sonde::monitor<sonde::file_sink> nameless{{.agent_id = " "}};
        expect(false);
    } catch (sonde::config_error const& error) {
        expect(error.what() == std::string(R"(sonde: agent_id is " ": it must be a text that is not blank)"));
    }
    // [config]

    // [through]
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};
    auto fail = sonde::monitored<"fail">(mon, [](int n) -> int { throw std::out_of_range("no " + std::to_string(n)); });
    try {
        fail(3);
        expect(false);
    } catch (std::out_of_range const& error) {  // the very object that the function threw
        expect(error.what() == std::string("no 3"));
    }
    auto const reported = mon.sink().of<sonde::call_finished>().front();
    expect(reported.status == sonde::status::error && reported.error_message == "std::out_of_range: no 3");
    // [through]

    // [inside]
    std::ofstream("in_the_way") << "a file where the sink needs a folder\n";
    std::vector<std::string> problems;
    sonde::monitor<sonde::file_sink> broken{
        {.agent_id = "demo"}, {.path = "in_the_way/events.jsonl", .on_error = [&](sonde::exception const& error) {
                                   problems.emplace_back(error.what());
                               }}};
    auto add = sonde::monitored<"add">(broken, [](int a, int b) { return a + b; });
    expect(add(1, 2) == 3 && add(3, 4) == 7);  // the calls know nothing of it
    broken.flush();
    expect(problems.size() == 1);  // said once, when it began
    auto const counts = broken.stats();
    expect(counts.accepted == 2 && counts.dropped.transport_failed == 2 && counts.delivered == 0);
    // [inside]

    // [after]
    auto const report = mon.shutdown();
    expect(report.delivered == 1 && report.dropped == 0);
    try {
        fail(4);  // still runs, and counts one dropped event
    } catch (std::out_of_range const&) {}
    expect(mon.stats().dropped == 1);
    // [after]
}
