// SPDX-License-Identifier: MIT
// What a decorated call costs its caller, beside the bare call and the clock, all in one run; and what it allocates.
#include "rows.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

[[gnu::noinline]] int work(std::string_view text, int number, double factor) {
    keep(text);
    return number + static_cast<int>(factor);
}

struct watcher {
    int calls = 0;
    void before(auto&) noexcept { keep(++calls); }
    void after(auto&, auto&) noexcept { keep(calls); }
};
struct guard {
    int calls = 0;
    sonde::verdict<sonde::proceed, sonde::block> before(auto& call) noexcept {
        keep(calls);
        if (sonde::arg<1>(call) < 0) { return sonde::block{}; }
        return sonde::proceed{};
    }
};

// The budget that can be counted on any machine: nothing is allocated on the way to a sink.
int allocated_on_the_way(std::vector<row> const& rows) {
    int wrong = 0;
    for (auto const& each : rows) {
        if (counts_allocations && each.allocated != 0) {
            std::fprintf(stderr, "%s: %.2f allocations a call, where there must be none\n", each.name, each.allocated);
            wrong = 1;
        }
    }
    return wrong;
}

}  // namespace

int main(int count, char** arguments) {
    auto const how = settings_from(count, arguments);
    sonde::monitor<sonde::null_sink> off;
    sonde::monitor<idle_sink> idle{{.agent_id = "benchmark"}};
    sonde::monitor<sonde::file_sink> file{{.agent_id = "benchmark"}, {.path = "benchmark.jsonl"}};
    sonde::monitor<sonde::basic_file_sink<sonde::immediate>> direct{{.agent_id = "benchmark"},
                                                                    {.path = "benchmark.jsonl"}};
    auto const site = [](auto& monitor, auto... hooks) {
        return sonde::monitored<"work", sonde::tool, sonde::args<"text", "number", "factor">>(monitor, work, hooks...);
    };
    auto const null = site(off);
    auto const none = site(idle);
    auto const one = site(idle, watcher{});
    auto const three = site(idle, watcher{}, watcher{}, guard{});
    auto const switched_off = site(idle);
    auto const written = site(file);
    auto const written_here = site(direct);

    std::string_view const text = "sixteen letters.";
    std::vector<row> rows;
    measure(rows, how, "two clock reads", [] {
        keep(sonde::tick_clock::now());
        keep(sonde::tick_clock::now());
    });
    measure(rows, how, "two of the steady clock", [] {
        keep(std::chrono::steady_clock::now());
        keep(std::chrono::steady_clock::now());
    });
    auto const call = [&](auto const& callable) { return [&] { keep(callable(text, 3, 1.5)); }; };
    measure(rows, how, "bare call", call(work));
    measure(rows, how, "null sink", call(null));
    measure(rows, how, "idle sink", call(none));
    measure(rows, how, "idle sink, 1 hook", call(one));
    measure(rows, how, "idle sink, 3 hooks", call(three));
    idle.enabled(false);
    measure(rows, how, "switched off", call(switched_off));
    idle.enabled(true);
    // With pauses, so that the queue is not what is measured: a burst longer than it is dropped.
    measure(rows, how, "file sink", [&, left = 0]() mutable {
        keep(written(text, 3, 1.5));
        if (++left == 5000) { left = 0, file.flush(); }
    });
    measure(rows, how, "file sink, immediate", call(written_here));
    if (!how.only.empty()) { return 0; }
    print("(string_view of 16, int, double) -> int", rows);
    return allocated_on_the_way(rows);
}
