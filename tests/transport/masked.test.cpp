// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/masked.hpp>

#include <string>

using sonde::api_key;
using sonde::masked;

namespace {
api_key const key("0123456789/abcdefghijklmnopqrstuvwxyz");
auto const secret = std::string(key.reveal_the_secret());
}  // namespace

TEST_CASE("a key that a server repeats is shown as a key is") {
    CHECK(masked("", key, 100).empty());
    CHECK(masked("no key", key, 100) == "no key");
    CHECK(masked(secret, key, 100) == "01234567...wxyz");
    CHECK(masked("<" + secret + secret + ">", key, 100) == "<01234567...wxyz01234567...wxyz>");
    CHECK(masked("0" + secret, key, 100) == "001234567...wxyz");
    CHECK(masked("it is short", api_key("short"), 100) == "it is ***");
    CHECK(masked("any", api_key(), 100) == "any");
}

TEST_CASE("one with JSON's backslashes is the same key") {
    auto escaped = secret;
    escaped.insert(10, "\\");
    CHECK(masked("{\"key\":\"" + escaped + "\"}", key, 100) == "{\"key\":\"01234567...wxyz\"}");
    CHECK(masked("\\" + secret, key, 100) == "01234567...wxyz");
    CHECK(masked("a\\nb\\", key, 100) == "a\\nb\\");
}

TEST_CASE("what is cut off is cut behind a key, not within one") {
    auto const text = std::string(96, 'x') + secret;
    CHECK(masked(text, key, 100) == std::string(96, 'x') + "01234567...wxyz");
    CHECK(masked(text, key, 96) == std::string(96, 'x'));
    // A text that ends within a key has only as much of it as may be shown.
    CHECK(masked("<" + secret.substr(0, 8), key, 100) == "<01234567");
    CHECK(masked("<" + secret.substr(0, 9), key, 100) == "<01234567...wxyz");
    CHECK(masked("<" + secret.substr(0, 30), key, 100) == "<01234567...wxyz");
}
