// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/codec/batch_body.hpp>

#include <string>
#include <string_view>

namespace {
std::string body_of(std::string_view lines) {
    std::string body = "what was there before";
    sonde::write_batch_body(lines, body);
    return body;
}
}  // namespace

TEST_CASE("lines become elements of one array") {
    CHECK(body_of("1\n") == R"({"events":[1]})");
    CHECK(body_of("{\"a\":\"\\n\"}\n[2]\n3\n") == R"({"events":[{"a":"\n"},[2],3]})");
    CHECK(body_of("1\n2") == R"({"events":[1,2]})");
    CHECK(body_of("") == R"({"events":[]})");
}
