// SPDX-License-Identifier: MIT
// Monitors for tests, and what they saw as JSON.
#ifndef SONDE_TESTS_SUPPORT_WATCHED_HPP
#define SONDE_TESTS_SUPPORT_WATCHED_HPP

#include <sonde/sonde.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sonde::tests {

using json = nlohmann::json;

template <class Sink = memory_sink>
monitor<Sink> watched() {
    return monitor<Sink>(identity{.agent_id = "tests"});
}

/// All that a memory sink was given, as an independent parser reads the lines.
inline std::vector<json> events(monitor<memory_sink>& mon) {
    std::vector<json> all;
    for (auto const& line : mon.sink().lines()) { all.push_back(json::parse(line)); }
    return all;
}

/// The last event; null when there is none.
inline json last_event(monitor<memory_sink>& mon) {
    auto const all = events(mon);
    return all.empty() ? json() : all.back();
}

/// How `argument` is written as `input_data.arg0`, when a function takes it by reference.
template <class Argument>
json captured(Argument const& argument) {
    auto mon = watched();
    monitored<"f">(mon, [](Argument const&) {})(argument);
    return last_event(mon)["input_data"]["arg0"];
}

}  // namespace sonde::tests

#endif
