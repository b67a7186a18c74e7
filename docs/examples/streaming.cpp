// SPDX-License-Identifier: MIT
// A model that streams its answer: by callback, as a range, as a future, and to a callback that ends the span.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <cstddef>
#include <cstdio>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace sonde::literals;

// What a client of some model looks like. This one knows a single answer.
class model_client {
public:
    void ask(std::string_view, std::function<void(std::string_view)> const& on_token) const {
        for (auto const& token : answer) { on_token(token); }
    }
    std::vector<std::string> tokens(std::string_view) const { return answer; }
    std::future<std::string> ask_later(std::string prompt) const {
        return std::async(std::launch::async, [this, prompt = std::move(prompt)] {
            std::string whole;
            ask(prompt, [&](std::string_view token) { whole += token; });
            return whole;
        });
    }
    template <class OnToken>
    std::thread ask_in_background(std::string_view, OnToken on_token) const {
        return std::thread([this, on_token = std::move(on_token)]() mutable {
            for (std::size_t i = 0; i < answer.size(); ++i) { on_token(answer[i], i + 1 == answer.size()); }
        });
    }

private:
    std::vector<std::string> answer{"Once ", "upon ", "a ", "time"};
};

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "narrator"}};
    model_client const client;
    std::string shown;
    auto const show = [&](std::string_view text) { shown += text; };
    auto const last = [&] { return mon.sink().of<sonde::call_finished>().back(); };

    // [callback]
    auto tell = sonde::monitored<"tell", sonde::model, sonde::with_span>(mon, [&](auto& span, std::string_view prompt) {
        client.ask(prompt, [&](std::string_view token) {
            span.chunk(token);
            show(token);
        });
    });
    tell("A story, please");
    // [callback]
    expect(shown == "Once upon a time" && mon.sink().size() == 1);
    expect(last().output_data.get<std::string_view>("text") == shown);
    expect(last().metadata.get<int>("chunk_count") == 4);
    expect(last().metadata.get<unsigned long>("time_to_first_chunk_ns") <= last().duration_ns);

    // [range]
    auto stream = sonde::monitored<"stream", sonde::model>(
        mon, [&](std::string_view prompt) { return sonde::watch(client.tokens(prompt)); });
    for (auto const& token : stream("A story, please")) { show(token); }  // each token a chunk; the end of the span
    for (auto const& token : stream("Another one")) {
        if (token == "upon ") { break; }  // the end of this one: status error, "cancelled"
    }
    // [range]
    auto calls = mon.sink().of<sonde::call_finished>();
    expect(calls.size() == 3);
    expect(calls[1].status == sonde::status::success && calls[1].metadata.get<int>("chunk_count") == 4);
    expect(calls[2].error_message == "cancelled" && calls[2].output_data.get<std::string_view>("text") == "Once upon ");

    // [future]
    auto later = sonde::monitored<"later", sonde::model>(
        mon, [&](std::string prompt) { return sonde::watch(client.ask_later(std::move(prompt))); });
    auto answer = later("A story, please");  // a sonde::watched<std::future<std::string>>
    show("meanwhile");
    show(answer.get());  // the end of the span; were there an exception, it would be the span's too
    // [future]
    expect(mon.sink().size() == 4 && last().output_data.get<std::string_view>("") == "Once upon a time");

    // [completion]
    auto span = mon.span<"background", sonde::model>("prompt"_f = "A story, please");
    auto worker = client.ask_in_background("A story, please",
                                           [span = std::move(span)](std::string_view token, bool done) mutable {
                                               span.chunk(token);
                                               if (done) { span.finish(); }
                                           });
    worker.join();
    // [completion]
    expect(mon.sink().size() == 5 && last().name == "background");
    expect(last().output_data.get<std::string_view>("text") == "Once upon a time");
    for (auto const& line : mon.sink().lines()) { std::puts(line.c_str()); }
}
