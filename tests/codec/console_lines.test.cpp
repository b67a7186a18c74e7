// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/codec.hpp"
#include "support/wire.hpp"

#include <sonde/codec/console_lines.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

using sonde::section;
using sonde::tests::captured;
using sonde::tests::contains_text;

namespace {
std::string shown(sonde::call_finished const& event, bool colour = false) {
    std::string line;
    sonde::console_lines{.colour = colour}.encode(event, event, line);
    return line;
}
}  // namespace

TEST_CASE("console_lines obeys the laws of codecs") { sonde::tests::obeys_codec_laws(sonde::console_lines{}); }

TEST_CASE("a call is one readable line") {
    captured fields;
    fields.add(section::input, "query", "boost hana").add(section::input, "limit", 3);
    fields.add_whole(section::output, std::vector<std::string>{"a", "b"});
    auto event = fields.call();
    event.timestamp = {1'792'152'000'123'456'789};
    event.duration_ns = 350'123'456;
    CHECK(shown(event) == "12:00:00.123 info    ✓ search(query=\"boost hana\", limit=3) -> [\"a\",\"b\"] 350 ms\n");

    event.status = sonde::status::error;
    event.level = sonde::level::error;
    event.error_message = "std::runtime_error: no\nsuch thing";
    event.output_data = {};
    event.cost_usd = 0.0042;
    CHECK(shown(event) == "12:00:00.123 error   ✗ search(query=\"boost hana\", limit=3) 350 ms $0.0042 "
                          "std::runtime_error: no\\nsuch thing\n");

    event.status = sonde::status::blocked;
    event.level = sonde::level::security_alert;
    CHECK_THAT(shown(event), contains_text("security_alert ⊘ search("));
}

TEST_CASE("an event without duration has a mark of its own") {
    sonde::envelope const from{.event_type = "order_created", .level = sonde::level::warning};
    std::string line;
    sonde::console_lines{}.encode(sonde::tests::order_created{"o-1", 12.5}, from, line);
    CHECK(line == "00:00:00.000 warning · order_created(order_id=\"o-1\", amount=12.5)\n");
}

TEST_CASE("durations are shown in the unit that suits them") {
    auto const of = [](std::uint64_t nanoseconds) {
        captured fields;
        auto event = fields.call();
        event.duration_ns = nanoseconds;
        auto const line = shown(event);
        auto const start = line.find("() ") + 3;
        return line.substr(start, line.size() - start - 1);
    };
    CHECK(of(0) == "0 ns");
    CHECK(of(999) == "999 ns");
    CHECK(of(1000) == "1.00 us");
    CHECK(of(4219) == "4.21 us");
    CHECK(of(42'190) == "42.1 us");
    CHECK(of(999'999) == "999 us");
    CHECK(of(1'000'000) == "1.00 ms");
    CHECK(of(12'050'000'000) == "12.0 s");
    CHECK(of(3'600'000'000'000) == "3600 s");
}

TEST_CASE("colour is there if wanted, and nothing else changes") {
    captured fields;
    auto event = fields.add(section::input, "a", 1).call();
    event.error_message = "no";
    for (auto status : {sonde::status::success, sonde::status::error, sonde::status::blocked}) {
        for (auto level : {sonde::level::debug, sonde::level::critical}) {
            event.status = status;
            event.level = level;
            auto coloured = shown(event, true);
            CHECK_THAT(coloured, contains_text("\x1b[1msearch\x1b[0m"));
            for (auto start = coloured.find('\x1b'); start != coloured.npos; start = coloured.find('\x1b')) {
                coloured.erase(start, coloured.find('m', start) + 1 - start);
            }
            CHECK(coloured == shown(event));
        }
    }
}

TEST_CASE("long things are abbreviated") {
    captured fields;
    for (int i = 0; i < 20; ++i) { fields.add(section::input, "k" + std::to_string(i), std::string(1000, 'x'), 256); }
    fields.add_whole(section::output, std::vector<int>(1000, 7), 256);
    auto event = fields.call();
    std::string const long_name(1000, 'n'), long_message(5000, 'm');
    event.name = long_name;
    event.error_message = long_message;
    auto const line = shown(event);
    CHECK(line.size() < 1500);
    CHECK_THAT(line, contains_text("k7=\"" + std::string(48, 'x') + "…\", …) -> "));
    CHECK_THAT(line, !contains_text("k8"));
}

TEST_CASE("data cannot forge a line or a colour") {
    captured fields;
    std::string const forged = "x\n12:00:00.000 info    ✓ \x1b[32mfake()\xE2\x80\xAE";
    fields.add(section::input, forged, std::map<std::string, std::string>{{forged, forged}})
        .add(section::input, "text", forged);
    auto event = fields.call();
    event.name = event.error_message = forged;
    auto const line = shown(event);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\x1b') == line.npos);
    CHECK(line.find("\xE2\x80\xAE") == line.npos);
}
