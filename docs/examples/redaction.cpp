// SPDX-License-Identifier: MIT
// What is not recorded: secrets by key, whole inputs, whole outputs.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <map>
#include <string>

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};

    // [redact]
    auto connect = sonde::monitored<"connect", sonde::args<"host", "headers">, sonde::redact<"authorization">>(
        mon, [](std::string const&, std::map<std::string, std::string> const& headers) { return headers.size(); });
    connect("example.org", {{"Authorization", "Bearer abc123"}, {"Accept", "*/*"}});

    auto log_in = sonde::monitored<"log_in", sonde::no_input, sonde::no_output>(
        mon, [](std::string const& name, std::string const& password) { return name + ":" + password; });
    log_in("jane", "hunter2");
    // [redact]

    auto const lines = mon.sink().lines();
    expect(lines[0].find(R"({"host":"example.org","headers":{"Accept":"*/*","Authorization":"[REDACTED]"}})") !=
           std::string::npos);
    expect(lines[1].find(R"("input_data":{},"output_data":{})") != std::string::npos);
    for (auto const& line : lines) {
        expect(line.find("abc123") == std::string::npos && line.find("hunter2") == std::string::npos);
    }
}
