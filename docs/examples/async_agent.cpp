// SPDX-License-Identifier: MIT
// An agent as a coroutine: it asks a model that streams its answer over HTTP, then has two tools work at the same time.
#include "expect.hpp"
#include "model_over_http.hpp"

#include <sonde/sonde.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

using namespace harbour;
using namespace asio::experimental::awaitable_operators;
using namespace sonde::literals;
using namespace std::chrono_literals;

int main() {
    asio::thread_pool pool(2);
    tcp::acceptor acceptor(pool, {asio::ip::address_v4::loopback(), 0});
    auto const server = acceptor.local_endpoint();
    asio::co_spawn(pool, serve_model(std::move(acceptor)), asio::detached);
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "harbour-pilot"}};

    // [model]
    auto ask = sonde::monitored<"ask", sonde::model, sonde::args<"prompt">, sonde::with_span>(
        mon, [server](auto& span, std::string prompt) -> asio::awaitable<std::string> {
            auto stream = co_await token_stream::open(server, std::move(prompt));
            std::string answer;
            int tokens = 0;
            for (; auto const token = co_await stream.next(); ++tokens) {
                span.chunk(*token);  // counted and timed as it arrives
                answer += *token;
            }
            span.set("model"_f = "pilot-1", "output_tokens"_f = tokens);
            span.cost_usd(0.00002 * tokens);
            co_return answer;
        });
    // [model]

    // [tools]
    auto high_water = sonde::monitored<"high_water", sonde::tool, sonde::args<"place">>(
        mon, [](std::string place) -> asio::awaitable<std::string> {
            asio::steady_timer almanac(co_await asio::this_coro::executor, 2ms);
            co_await almanac.async_wait(asio::use_awaitable);
            co_return "high water in " + place + " is at 14:20";
        });
    auto wind = sonde::monitored<"wind", sonde::tool, sonde::args<"place">>(
        mon, [](std::string place) -> asio::awaitable<std::string> {
            asio::steady_timer station(co_await asio::this_coro::executor, 1ms);
            co_await station.async_wait(asio::use_awaitable);
            co_return "the wind in " + place + " is west";
        });
    // [tools]

    // [agent]
    auto pilot = sonde::monitored<"pilot", sonde::agent, sonde::args<"place">>(
        mon, [&](sonde::context, std::string place) -> asio::awaitable<std::string> {
            auto const advice = co_await ask("When may a ship enter " + place + "?");
            // Later, and on whichever thread, this is still within the agent's call: it has a context.
            auto const [tide, weather] = co_await (high_water(place) && wind(place));
            co_return advice + " Today " + tide + ", " + weather + ".";
        });
    // [agent]

    // [run]
    auto run = mon.run("enter", {.user_id = "jane"});
    auto answer = asio::co_spawn(asio::make_strand(pool), pilot("Husum"), asio::use_future).get();
    run.output("answer"_f = answer);
    run.finish();
    // [run]
    pool.join();

    expect(
        answer ==
        "At high water, with the wind behind you. Today high water in Husum is at 14:20, the wind in Husum is west.");
    auto const all = mon.sink().of<sonde::call_finished>();
    auto const call = [&](std::string_view name) {
        auto const found = std::find_if(all.begin(), all.end(), [&](auto const& each) { return each.name == name; });
        expect(found != all.end());
        return *found;
    };
    auto const agent = call("pilot"), asked = call("ask"), tide = call("high_water"), weather = call("wind");
    auto const whole = mon.sink().of<sonde::run_finished>().at(0);
    expect(all.size() == 4 && agent.parent_span_id == whole.span_id &&
           agent.output_data.get<std::string_view>("") == answer);
    for (auto const& each : all) {
        expect(each.status == sonde::status::success && each.run_id == whole.run_id && each.user_id == "jane");
        expect(each.name == "pilot" || each.parent_span_id == agent.span_id);
    }
    expect(whole.metadata.get<int>("model_calls") == 1 && whole.metadata.get<int>("tool_calls") == 2);
    expect(asked.output_data.get<std::string_view>("text") == "At high water, with the wind behind you.");
    expect(asked.metadata.get<int>("chunk_count") == 4 && asked.cost_usd == 0.00002 * 4);
    // On a strand both tools have begun before the timer of either is heard of: each began before the other ended.
    auto const end = [](auto const& of) {
        return of.timestamp.unix_nanoseconds + static_cast<std::int64_t>(of.duration_ns);
    };
    expect(tide.timestamp.unix_nanoseconds <= end(weather) && weather.timestamp.unix_nanoseconds <= end(tide));
    for (auto const& line : mon.sink().lines()) { std::puts(line.c_str()); }
}
