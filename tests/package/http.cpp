// SPDX-License-Identifier: MIT
// The smallest program that posts events, to where nobody listens.
#include <sonde/transport/http_transport.hpp>

#include <cstdio>
#include <string>

#if !defined(SONDE_WITH_HTTP)
#error "whoever links with sonde::http is told so"
#endif

int main() {
    sonde::http_transport transport({.api_url = "http://127.0.0.1:1/api"});
    auto const result = transport.send("{}\n");
    std::string text;
    transport.explain(result, [&](sonde::exception const& error) { text = error.what(); });
    std::puts(text.c_str());
    return result.outcome == sonde::transport_outcome::failed && !text.empty() ? 0 : 1;
}
