// SPDX-License-Identifier: MIT
#include <sonde/sonde.hpp>

#include <iostream>
#include <string>
#include <vector>

using sink = sonde::file_sink;  // the one line to change: null_sink, console_sink, memory_sink, ...

int main() {
    sonde::monitor<sink> mon{{.agent_id = "librarian"}};

    auto search = sonde::monitored<"search", sonde::tool, sonde::args<"query", "limit">>(
        mon, [](std::string const& query, int limit) {
            return std::vector<std::string>{"On " + query, "One of " + std::to_string(limit)};
        });

    for (auto const& title : search("lighthouses", 2)) {  // the same call, result and exceptions as before
        std::cout << title << '\n';
    }
}
