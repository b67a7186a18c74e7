// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/context/text_map.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

TEST_CASE("a text map keeps texts by name, in the order given") {
    sonde::text_map map{{"tenant", "a"}, {"", "empty key"}, {"empty", ""}};
    std::string const with_nul("x\0y", 3);
    map.set(with_nul, with_nul);
    CHECK(map.find("tenant") == "a");
    CHECK(map.find("") == "empty key");
    CHECK(map.find("empty").empty());
    CHECK(map.find("missing").empty());
    CHECK(map.find(with_nul) == with_nul);
    std::vector<std::string> order;
    map.for_each([&](std::string_view key, std::string_view) { order.emplace_back(key); });
    CHECK(order == std::vector<std::string>{"tenant", "", "empty", with_nul});
}

TEST_CASE("of a name given twice the last counts") {
    sonde::text_map map{{"a", "1"}};
    map.set("a", "2");
    CHECK(map.find("a") == "2");
}

TEST_CASE("a text map comes from maps and pairs, and is empty at first") {
    CHECK(sonde::text_map().empty());
    CHECK(sonde::text_map(std::map<std::string, std::string>{{"k", "v"}}).find("k") == "v");
    sonde::text_map const pairs = std::vector<std::pair<char const*, std::string>>{{"k", "w"}};
    CHECK(pairs.find("k") == "w");
    auto const copy = pairs;
    CHECK(copy.find("k").data() != pairs.find("k").data());
}
