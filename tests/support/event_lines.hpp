// SPDX-License-Identifier: MIT
// Reads a file of events, however long, and says whether each line is a whole one.
#ifndef SONDE_TESTS_SUPPORT_EVENT_LINES_HPP
#define SONDE_TESTS_SUPPORT_EVENT_LINES_HPP

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace sonde::tests {

/// What a file had.
struct event_lines {
    std::uint64_t whole = 0;  ///< lines that are one event from its first key to its last
    std::uint64_t torn = 0;   ///< others that have an end
    std::string tail = {};    ///< what follows the last `\n`
};

/// Calls `see(line)` for each whole line. One of a thousand is parsed; what a million cost that way is out of proportion.
template <class See>
event_lines read_event_lines(std::string const& path, See&& see) {
    constexpr std::string_view first = "{\"agent_id\":\"", last = ",\"user_id\":null}";
    event_lines found;
    std::ifstream file(path, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
        if (file.eof()) {
            found.tail = line;
            break;
        }
        auto const whole = line.size() > first.size() + last.size() && line.starts_with(first) &&
                           line.ends_with(last) && line.find(first, 1) == line.npos;
        auto const good = whole && (found.whole % 1000 != 0 || nlohmann::json::accept(line));
        ++(good ? found.whole : found.torn);
        if (good) { see(std::string_view(line)); }
    }
    return found;
}

}  // namespace sonde::tests

#endif
