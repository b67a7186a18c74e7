// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/http_transport.hpp>

#include <string>

namespace {
std::string refused_field(sonde::http_transport::options chosen) {
    try {
        sonde::http_transport const transport(std::move(chosen));
        return "none";
    } catch (sonde::config_error const& error) {
        CHECK(std::string(error.what()).find("0123456789abcdef") == std::string::npos);
        return error.field();
    }
}
}  // namespace

TEST_CASE("a key that would end the header it stands in is refused, and not shown") {
    std::string const key = "0123456789abcdefghijklmnopqrstuvwxyz";
    CHECK(refused_field({.api_key = key}) == "none");
    for (auto const* end : {"\n", "\r\nX-Admin: yes", "\t", " ", "\x7F", "\xC3\xA4", "\x1B[2J"}) {
        CHECK(refused_field({.api_key = key + end}) == "api_key");
    }
    CHECK(refused_field({.api_key = key + std::string(1, '\0')}) == "api_key");
    CHECK(refused_field({.api_key = "\n"}) == "api_key");
}

TEST_CASE("an address is checked when the transport is made") {
    CHECK(refused_field({}) == "none");
    CHECK(refused_field({.api_url = "http://example.com"}) == "api_url");
    CHECK(refused_field({.api_url = "http://example.com", .allow_insecure = true}) == "none");
}
