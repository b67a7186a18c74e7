// SPDX-License-Identifier: MIT
// Work on another thread that belongs to the run of this one.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <future>
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

    // [bind]
    {
        auto bound_run = mon.run("bound");
        auto later =
            std::async(std::launch::async, sonde::bind_context(square), 5);  // this thread's context goes along
        expect(later.get() == 25 && bound_run.tool_calls() == 1);
    }
    // [bind]

    {
        // [explicit]
        auto request = mon.span<"request">();
        auto cleanup = mon.span<"cleanup">();     // the current span from here on
        sonde::monitored_in(request)(square, 6);  // yet this call's parent is the request
        auto of_request = square | sonde::monitored_in(request);
        std::thread(of_request, 7).join();  // and so is this one's, on whichever thread
        // [explicit]
        auto const calls = mon.sink().of<sonde::call_finished>();
        expect(calls[calls.size() - 2].parent_span_id == request.context().span_id());
        expect(calls.back().parent_span_id == request.context().span_id());
    }

    // [finish_elsewhere]
    auto span = mon.span<"request">();
    std::thread([span = std::move(span)]() mutable { span.finish(); }).join();  // as a callback would
    // [finish_elsewhere]
    expect(mon.sink().of<sonde::call_finished>().size() == 10);
}
