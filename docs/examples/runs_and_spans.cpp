// SPDX-License-Identifier: MIT
// A run with calls and spans within it, annotated from outside and from inside.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <stdexcept>
#include <string>

using namespace sonde::literals;

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "assistant-test"}};

    // [inside]
    auto look_up = sonde::monitored<"look_up", sonde::tool>(mon, [](std::string const& word) {
        sonde::current_span().set("cache"_f = "miss");  // the innermost open span: this call's
        return word + ": a kind of lamp";
    });
    auto ask = sonde::monitored<"ask", sonde::model, sonde::with_span>(mon, [](auto& span, std::string const& prompt) {
        span.set("model"_f = "local", "tokens"_f = prompt.size() / 4);  // given as the first argument
        span.cost_usd(0.0004);
        return "Answer to " + prompt;
    });
    // [inside]

    // [run]
    {
        auto run = mon.run("research", {.user_id = "jane", .session_id = "conv_123", .metadata = {{"tenant", "a"}}});
        run.input("question"_f = "What is a lantern?");
        auto const fact = look_up("lantern");
        auto const answer = ask("What is a lantern? " + fact);
        run.output("answer"_f = answer);
        expect(run.tool_calls() == 1 && run.model_calls() == 1 && run.policy_violations() == 0);
    }  // the run ends here, and its event goes out
    // [run]

    auto const calls = mon.sink().of<sonde::call_finished>();
    auto const runs = mon.sink().of<sonde::run_finished>();
    expect(calls.size() == 2 && runs.size() == 1 && mon.sink().of<sonde::run_started>().size() == 1);
    expect(calls[0].parent_span_id == runs[0].span_id && calls[0].run_id == runs[0].run_id);
    expect(calls[0].metadata.get<std::string_view>("cache") == "miss");
    expect(calls[1].cost_usd == 0.0004 && calls[1].user_id == "jane");
    expect(runs[0].metadata.get<int>("tool_calls") == 1 && runs[0].metadata.get<std::string_view>("tenant") == "a");

    // [span]
    {
        auto span = mon.span<"translate", sonde::model>("text"_f = "Laterne");
        span.output("text"_f = "lantern");
        span.cost_usd(0.0042);
    }
    {
        auto span = mon.span<"parse">();
        span.fail("two verbs in one sentence");  // status error, although nothing was thrown
    }
    try {
        auto span = mon.span<"fetch">();
        throw std::runtime_error("connection refused");
    } catch (std::runtime_error const&) {}  // status error as well
    // [span]

    auto const spans = mon.sink().of<sonde::call_finished>();
    expect(spans[2].name == "translate" && spans[2].status == sonde::status::success && !spans[2].run_id);
    expect(spans[3].error_message == "two verbs in one sentence");
    expect(spans[4].status == sonde::status::error && spans[4].error_message == "exception: left by an exception");
}
