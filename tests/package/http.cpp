// SPDX-License-Identifier: MIT
// The smallest program that posts events, to where nobody listens.
#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdio>
#include <string>

#if !defined(SONDE_WITH_HTTP)
#error "whoever links with sonde::http is told so"
#endif

int main() {
    std::string told;
    sonde::monitor<sonde::http_sink> mon{{.agent_id = "consumer"},
                                         {.api_url = "http://127.0.0.1:1/api",
                                          .api_key = "0123456789abcdef0123456789abcdef",
                                          .retry_attempts = 0,
                                          .on_error = [&](sonde::exception const& error) { told = error.what(); }}};
    mon.emit<"event">();
    auto const report = mon.flush(std::chrono::seconds(30));
    std::puts(told.c_str());
    return report.dropped == 1 && !told.empty() ? 0 : 1;
}
