// SPDX-License-Identifier: MIT
// Work on another thread that belongs to the run of this one.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <thread>
#include <utility>
#include <vector>

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};
    auto square = sonde::monitored<"square", sonde::tool>(mon, [](int n) { return n * n; });

    // [hand_over]
    {
        auto run = mon.run("parallel");
        std::vector<std::thread> workers;
        for (int n = 0; n < 4; ++n) {
            workers.emplace_back([&square, n, here = sonde::current_context()] {
                sonde::with_context(here, [&] { square(n); });  // a child of the run, not a trace of its own
            });
        }
        for (auto& worker : workers) { worker.join(); }
        expect(run.tool_calls() == 4);
    }
    // [hand_over]

    auto const run = mon.sink().of<sonde::run_finished>().front();
    for (auto const& call : mon.sink().of<sonde::call_finished>()) {
        expect(call.parent_span_id == run.span_id && call.trace_id == run.trace_id && call.run_id == run.run_id);
    }

    // [finish_elsewhere]
    auto span = mon.span<"request">();
    std::thread([span = std::move(span)]() mutable { span.finish(); }).join();  // as a callback would
    // [finish_elsewhere]
    expect(mon.sink().of<sonde::call_finished>().size() == 5);
}
