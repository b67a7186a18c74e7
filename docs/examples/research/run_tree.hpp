// SPDX-License-Identifier: MIT
// One run, read back from a file of events and shown as a tree.
#ifndef DOCS_EXAMPLES_RESEARCH_RUN_TREE_HPP
#define DOCS_EXAMPLES_RESEARCH_RUN_TREE_HPP

#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace research {

/// The events of one run that tell of something finished, by the span they happened in.
class run_tree {
    using json = nlohmann::json;

public:
    /// What is no event, and what belongs to other runs, is passed over.
    static run_tree read(std::string const& path, std::string_view run_id) {
        std::map<std::string, std::multimap<std::string, json>> in_order;  // by parent, then by start
        std::ifstream file;
        if (std::filesystem::is_regular_file(path)) { file.open(path); }  // a device may have no end
        for (std::string line; std::getline(file, line);) {
            auto event = json::parse(line, nullptr, false);
            if (!event.is_object() || text(event, "run_id") != run_id) { continue; }
            if (text(event, "event_type").ends_with("_started")) { continue; }  // its end says more
            auto const begun = text(event, "timestamp");
            in_order[text(event, "parent_span_id")].emplace(begun, std::move(event));
        }
        run_tree tree;
        for (auto& [parent, events] : in_order) {
            for (auto& [begun, event] : events) { tree.by_parent_[parent].push_back(std::move(event)); }
        }
        return tree;
    }

    [[nodiscard]] bool empty() const { return by_parent_.empty(); }

    void print() const {
        auto const roots = by_parent_.find("");
        if (roots == by_parent_.end()) { return; }
        for (auto const& root : roots->second) {
            print_line("", root, 1, number(root, "duration_ns"));
            print_within(text(root, "span_id"), "");
        }
    }

    /// How often each kind of call ended how, and how long it took.
    void print_counts() const {
        struct row {
            std::size_t calls = 0, success = 0, error = 0, blocked = 0;
            double nanoseconds = 0;
        };
        std::map<std::string, row> rows;
        for (auto const& [parent, events] : by_parent_) {
            for (auto const& event : events) {
                if (text(event, "event_type") == "run_finished") { continue; }
                auto& counted = rows[text(event, "kind")];
                auto const status = text(event, "status");
                ++counted.calls;
                counted.success += status == "success" ? 1U : 0U;
                counted.error += status == "error" ? 1U : 0U;
                counted.blocked += status == "blocked" ? 1U : 0U;
                counted.nanoseconds += number(event, "duration_ns");
            }
        }
        std::puts(paint(style::dim, "  kind         calls  success  error  blocked       time").c_str());
        for (auto const& [kind, counted] : rows) {
            std::printf("  %s%s%s%s%s%s\n", padded(kind, 12).c_str(), right(std::to_string(counted.calls), 6).c_str(),
                        right(std::to_string(counted.success), 9).c_str(),
                        right(std::to_string(counted.error), 7).c_str(),
                        right(std::to_string(counted.blocked), 9).c_str(),
                        right(duration_text(counted.nanoseconds), 11).c_str());
        }
    }

private:
    static std::string text(json const& event, char const* key) {
        auto const found = event.find(key);
        return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
    }
    static double number(json const& event, char const* key) {
        auto const found = event.find(key);
        return found != event.end() && found->is_number() ? found->get<double>() : 0.0;
    }

    void print_within(std::string const& span, std::string const& indent) const {
        auto const found = by_parent_.find(span);
        if (found == by_parent_.end()) { return; }
        auto const& events = found->second;
        for (std::size_t i = 0; i < events.size();) {
            auto const together = alike(events, i);
            double nanoseconds = 0;
            for (auto j = i; j < i + together; ++j) { nanoseconds += number(events[j], "duration_ns"); }
            auto const last = i + together == events.size();
            print_line(indent + (last ? "└─ " : "├─ "), events[i], together, nanoseconds);
            if (together == 1) { print_within(text(events[i], "span_id"), indent + (last ? "   " : "│  ")); }
            i += together;
        }
    }

    // How many events from here on are successful calls of one site with nothing within: three or more share a line.
    [[nodiscard]] std::size_t alike(std::vector<json> const& events, std::size_t first) const {
        auto last = first;
        while (last < events.size() && text(events[last], "name") == text(events[first], "name") &&
               text(events[last], "status") == "success" && !by_parent_.contains(text(events[last], "span_id"))) {
            ++last;
        }
        return last - first < 3 ? 1 : last - first;
    }

    static void print_line(std::string const& lead, json const& event, std::size_t together, double nanoseconds) {
        auto const status = text(event, "status");
        auto const good = status == "success";
        auto const how = good ? style::green : status == "blocked" ? style::yellow : style::red;
        auto name = text(event, "name");
        if (together > 1) { name += " ×" + std::to_string(together); }
        auto const kind = text(event, "event_type") == "run_finished" ? "run" : text(event, "kind");
        std::printf("  %s%s %s %s %s\n", paint(style::dim, lead).c_str(),
                    paint(style::bold, padded(name, 40 - (std::min)(std::size_t{30}, width(lead)))).c_str(),
                    paint(style::dim, padded(kind, 10)).c_str(), paint(how, padded(status, 8)).c_str(),
                    right(duration_text(nanoseconds), 9).c_str());
        if (!good) {
            // Below the branch, which goes on if others follow.
            std::string branch = lead;
            if (auto const at = branch.rfind("├─ "); at != branch.npos) { branch.replace(at, branch.npos, "│  "); }
            if (auto const at = branch.rfind("└─ "); at != branch.npos) { branch.replace(at, branch.npos, "   "); }
            std::printf("  %s  %s\n", paint(style::dim, branch).c_str(),
                        paint(how, fit(text(event, "error_message"), columns - width(branch) - 4)).c_str());
        }
    }

    std::map<std::string, std::vector<json>> by_parent_;
};

}  // namespace research

#endif
