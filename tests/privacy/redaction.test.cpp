// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/privacy/redaction.hpp>

#include <map>
#include <string>
#include <vector>

using sonde::redaction;
using sonde::tests::json;

TEST_CASE("a redaction covers whole keys, whatever their case") {
    CHECK(redaction().empty());
    CHECK_FALSE(redaction().covers("password"));
    redaction const keys({"Password", "api_key", ""});
    CHECK_FALSE(keys.empty());
    CHECK(keys.covers("password"));
    CHECK(keys.covers("PASSWORD"));
    CHECK(keys.covers("API_Key"));
    CHECK(keys.covers(""));
    CHECK_FALSE(keys.covers("passwords"));
    CHECK_FALSE(keys.covers("passwor"));
    CHECK_FALSE(keys.covers("api-key"));
}

TEST_CASE("json_lines hides what stands under a covered key, at any depth and in every section") {
    using inner = std::map<std::string, std::string>;
    std::map<std::string, std::vector<inner>> const nested{{"list", {{{"token", "s3cret"}, {"open", "yes"}}}},
                                                           {"Token", {{{"a", "s3cret"}}}}};
    sonde::tests::captured fields;
    fields.add(sonde::section::input, "TOKEN", "s3cret")
        .add(sonde::section::input, "nested", nested)
        .add_whole(sonde::section::output, inner{{"token", "s3cret"}, {"kept", "yes"}})
        .add(sonde::section::metadata, "token", std::vector<int>{1, 2})
        .add(sonde::section::metadata, "after", 1);
    auto const call = fields.call();
    std::string line;
    sonde::json_lines{.hidden = redaction({"token"})}.encode(call, call, line);
    CHECK(line.find("s3cret") == line.npos);
    auto const event = json::parse(line);
    CHECK(event["input_data"]["TOKEN"] == "[REDACTED]");
    CHECK(event["input_data"]["nested"] ==
          json::parse(R"({"Token":"[REDACTED]","list":[{"open":"yes","token":"[REDACTED]"}]})"));
    CHECK(event["output_data"] == json::parse(R"({"kept":"yes","token":"[REDACTED]"})"));
    CHECK(event["metadata"] == json::parse(R"({"token":"[REDACTED]","after":1})"));
}

TEST_CASE("what is cut shows no more than what is whole") {
    std::map<std::string, std::string> large;
    for (int i = 0; i < 100; ++i) { large["key" + std::to_string(i)] = std::string(100, 'x'); }
    large["aaa"] = "s3cret";
    sonde::tests::captured fields;
    fields.add(sonde::section::input, "large", large).add_whole(sonde::section::output, large);
    auto const call = fields.call();
    std::string line;
    sonde::json_lines{.max_value_bytes = 200, .hidden = redaction({"AAA"})}.encode(call, call, line);
    CHECK(line.find("s3cret") == line.npos);
    CHECK(json::parse(line)["input_data"]["large"]["truncated"] == true);
    CHECK(json::parse(line)["input_data"]["large"]["head"].get<std::string>().find("[REDACTED]") != std::string::npos);
}
