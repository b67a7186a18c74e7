// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/http_response.hpp>

#include <string>
#include <string_view>

using sonde::http_response;

namespace {
bool takes(http_response& response, std::initializer_list<std::string_view> lines) {
    for (auto const line : lines) {
        if (!response.header(line)) { return false; }
    }
    return true;
}
}  // namespace

TEST_CASE("a response is its last status") {
    http_response response(10);
    CHECK_FALSE(response.complete());
    CHECK(takes(response, {"HTTP/1.1 103 Early Hints\r\n", "Retry-After: 1\r\n", "\r\n"}));
    CHECK_FALSE(response.complete());
    CHECK(takes(response, {"HTTP/1.1 503 Service Unavailable\r\n", "Server: x\r\n"}));
    CHECK_FALSE(response.complete());
    CHECK(response.retry_after().empty());
    CHECK(takes(response, {"rEtRy-AfTeR: 20\r\n", "Retry-Afterwards: 30\r\n", "\r\n"}));
    CHECK(response.complete());
    CHECK(response.status() == 503);
    CHECK(response.retry_after() == " 20");
    response.clear();
    CHECK_FALSE(response.complete());
    CHECK(response.status() == 0);
    CHECK(response.retry_after().empty());
    CHECK(takes(response, {"HTTP/2 204\r\n", "\r\n"}));
    CHECK(response.status() == 204);
    CHECK(takes(response, {"HTTP/1.1 teapot\r\n", "\r\n"}));
    CHECK(response.status() == 0);
    CHECK_FALSE(response.complete());
    CHECK(takes(response, {"HTTP/1.1\r\n", "HTTP/1.1 2\r\n"}));
    CHECK(response.status() == 2);
}

TEST_CASE("a header that doesn't end is left") {
    http_response response(10);
    std::string const line(1000, 'x');
    int taken = 0;
    while (taken < 1000 && response.header(line)) { ++taken; }
    CHECK(taken == 65);
    CHECK(response.header_too_long());
    response.clear();
    CHECK(response.header(line));
    CHECK(response.header("Retry-After: " + std::string(10'000, '1')));
    CHECK(response.retry_after().empty());  // no number of seconds that anyone means
}

TEST_CASE("of a body, the beginning is kept, some is read, and then no more") {
    http_response response(10);
    CHECK(response.body("12345"));
    CHECK(response.body("67890ab"));
    CHECK(response.body("cd"));
    CHECK(response.body() == "1234567890");
    CHECK_FALSE(response.cut());
    CHECK(response.body(std::string(http_response::drained - 4, 'x')));
    CHECK_FALSE(response.body("x"));
    CHECK(response.cut());
    response.clear();
    CHECK_FALSE(response.cut());
    CHECK(response.body().empty());
    CHECK(response.body("x"));
}
