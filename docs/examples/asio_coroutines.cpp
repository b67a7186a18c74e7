// SPDX-License-Identifier: MIT
// Two requests served by coroutines on one thread, by turns: each one's calls belong to it.
#include "expect.hpp"

#include <sonde/async/asio.hpp>
#include <sonde/sonde.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace asio = boost::asio;

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};
    auto search = sonde::monitored<"search", sonde::tool>(mon, [](int n) { return 2 * n; });

    // [serve]
    auto serve = [&](int number) -> asio::awaitable<void> {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (int step = 0; step < 3; ++step) {
            timer.expires_after(std::chrono::microseconds(10));
            co_await timer.async_wait(asio::use_awaitable);  // meanwhile the other request is served
            search(number);                                  // a child of this request
        }
    };
    asio::io_context io;
    sonde::context_executor executor(io.get_executor());  // the line to change
    for (int number : {1, 2}) {
        auto request = mon.run("request");
        asio::co_spawn(executor, serve(number), asio::detached);
    }
    io.run();
    // [serve]

    auto const requests = mon.sink().of<sonde::run_finished>();
    auto const calls = mon.sink().of<sonde::call_finished>();
    expect(requests.size() == 2 && calls.size() == 6);
    for (auto const& call : calls) {
        auto const& own = requests[call.input_data.get<int>("arg0") == 1 ? 0 : 1];
        expect(call.parent_span_id == own.span_id && call.run_id == own.run_id);
    }
}
