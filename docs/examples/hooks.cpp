// SPDX-License-Identifier: MIT
// Hooks that block, skip, modify and measure calls; for one site and for several.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

using namespace sonde::literals;

// [block]
struct no_system_paths {
    static constexpr auto name = "no-system-paths";  // what a policy_violation calls it
    static constexpr int priority = 100;             // before the others

    std::optional<sonde::block> before(auto& call) {
        std::string const& path = sonde::arg<"path">(call);  // typed: the argument itself
        if (path.starts_with("/etc")) { return sonde::block{"system files are not for agents"}; }
        return {};
    }
};
// [block]

// [skip]
struct remember {
    std::mutex mutex;
    std::map<std::string, std::string> known;

    std::optional<sonde::skip<std::string>> before(auto& call) {
        std::lock_guard const lock(mutex);
        auto const found = known.find(sonde::arg<0>(call));
        if (found == known.end()) { return {}; }
        return sonde::skip{found->second};  // the caller gets this; the function does not run
    }
    void after(auto& call, std::string& result) {
        std::lock_guard const lock(mutex);
        known.emplace(sonde::arg<0>(call), result);
    }
};
// [skip]

// [modify]
struct at_most_ten {
    auto before(auto& call) {  // all arguments, in order
        return sonde::modify{sonde::arg<"query">(call), (std::min)(sonde::arg<"limit">(call), 10)};
    }
};
// [modify]

// [watch]
struct count_calls {
    std::atomic<int> calls{0}, errors{0};

    void before(auto&) { ++calls; }
    void after(auto& call, auto&) { call.span().set("slow"_f = call.duration() > std::chrono::seconds(1)); }
    void on_error(auto&, std::exception_ptr) { ++errors; }
};
// [watch]

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};

    // [site]
    int reads = 0;
    remember memory;
    auto read = sonde::monitored<"read", sonde::tool, sonde::args<"path">>(
        mon, [&](std::string const& path) { return ++reads, "text of " + path; }, no_system_paths{}, std::ref(memory));

    expect(read("notes.txt") == "text of notes.txt");
    expect(read("notes.txt") == "text of notes.txt" && reads == 1);  // the second time it was remembered
    try {
        read("/etc/shadow");
        expect(false);
    } catch (sonde::policy_violation const& violation) {
        expect(violation.rule() == "no-system-paths");
        expect(violation.reason() == "system files are not for agents");
    }
    // [site]
    auto const reported = mon.sink().of<sonde::call_finished>();
    expect(reported.size() == 3 && reported[1].metadata.get<std::string_view>("skipped_by") == "remember");
    expect(reported[2].status == sonde::status::blocked && reported[2].level == sonde::level::warning);

    auto search = sonde::monitored<"search", sonde::args<"query", "limit">>(
        mon, [](std::string query, int limit) { return query + std::to_string(limit); }, at_most_ten{});
    expect(search("x", 1000) == "x10");

    // [all]
    count_calls counted;
    auto tools = sonde::with_hooks(mon, std::ref(counted));  // std::ref: the hook stays ours, to look at
    auto twice = sonde::monitored<"twice">(tools, [](int n) { return 2 * n; });
    auto half = sonde::monitored<"half">(tools, [](int n) { return n / 2; });
    expect(half(twice(21)) == 21);
    expect(counted.calls == 2 && counted.errors == 0);
    // [all]
}
