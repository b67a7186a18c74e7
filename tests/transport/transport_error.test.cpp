// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/transport_error.hpp>

#include <type_traits>

TEST_CASE("an error of a server says what the server said") {
    sonde::authentication_error const error("sonde: refused", 403, "{\"why\":\"no\"}");
    sonde::api_error const& api = error;
    CHECK(api.status_code() == 403);
    CHECK(api.response_body() == "{\"why\":\"no\"}");
    sonde::exception const& root = error;
    CHECK(std::string(root.what()) == "sonde: refused");
}

TEST_CASE("the errors are of one family") {
    CHECK(std::is_base_of_v<sonde::exception, sonde::transport_error>);
    CHECK(std::is_base_of_v<sonde::transport_error, sonde::network_error>);
    CHECK(std::is_base_of_v<sonde::transport_error, sonde::api_error>);
    CHECK(std::is_base_of_v<sonde::api_error, sonde::authentication_error>);
    CHECK_FALSE(std::is_base_of_v<sonde::network_error, sonde::api_error>);
}
