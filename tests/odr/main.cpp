// SPDX-License-Identifier: MIT
// Two files and two shared libraries with hidden visibility include Sonde: they link, and one trace runs through all four.
#include "parts.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace {

std::vector<nlohmann::json> events;  // innermost first

void keep(std::string const& line) { events.push_back(nlohmann::json::parse(line)); }

void nothing() {}
void third() { keep(sonde::tests::call_in_second_file(nothing)); }
void second() { keep(sonde::tests::call_in_second_library(third)); }
void first() { keep(sonde::tests::call_in_first_library(second)); }

}  // namespace

int main() {
    keep(sonde::tests::call_in_first_file(first));
    int failures = 0;
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
        auto const& inner = events[i];
        auto const& outer = events[i + 1];
        if (inner.at("trace_id") != outer.at("trace_id") || inner.at("parent_span_id") != outer.at("span_id")) {
            std::fprintf(stderr, "not within each other:\n%s\n%s\n", outer.dump().c_str(), inner.dump().c_str());
            ++failures;
        }
    }
    if (!events.back().at("parent_span_id").is_null()) {
        std::fprintf(stderr, "the outermost call has a parent\n");
        ++failures;
    }
    return failures == 0 && events.size() == 4 ? 0 : 1;
}
