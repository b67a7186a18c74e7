// SPDX-License-Identifier: MIT
// Events posted to a server: `http_delivery [url]`. Start docs/examples/receiver.cpp first to see them arrive.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

int main(int count, char** arguments) {
    // [posted]
    sonde::monitor<sonde::http_sink> mon{
        {.agent_id = "order-bot"},
        {.api_url = count > 1 ? arguments[1] : "http://localhost:3002/api/v1",
         .api_key = "sk_example_0123456789abcdef0123456789",  // or SONDE_API_KEY in the environment
         .batch_size = 50,
         .retry_attempts = 0,
         .spool_dir = "undelivered",  // what can't be delivered now is sent later, by this program or its next run
         .redact_keys = {"card"},
         .on_error = [](sonde::exception const& error) { std::fprintf(stderr, "%s\n", error.what()); },
         .flush_interval = std::chrono::seconds(1)}};
    auto place = sonde::monitored<"place_order", sonde::tool, sonde::args<"item", "card">>(
        mon, [](std::string_view item, std::string_view) { return "ordered " + std::string(item); });

    for (auto const* item : {"tea", "milk", "sugar"}) { place(item, "4111 1111 1111 1111"); }  // none of them waits
    auto const report = mon.flush(std::chrono::seconds(10));
    // [posted]
    std::printf("%llu delivered, %llu on disk for later, %llu lost\n",
                static_cast<unsigned long long>(report.delivered), static_cast<unsigned long long>(report.spooled),
                static_cast<unsigned long long>(report.dropped));
    expect(report.delivered + report.spooled + report.dropped >= 3);  // more if an earlier run has left some
    expect(count <= 1 || report.delivered >= 3);                      // where there is a server
}
