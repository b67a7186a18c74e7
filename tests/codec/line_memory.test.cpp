// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/codec/line_memory.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

// An event whose texts lie one behind the other, as in a record.
struct packed {
    std::string texts;
    sonde::envelope from;
    sonde::wire_event event;

    packed(std::string_view name, std::string_view type, std::string_view channel, std::string_view agent)
        : texts(std::string(name).append(type).append(channel).append(agent)) {
        std::string_view rest = texts;
        auto const next = [&](std::size_t size) {
            auto const part = rest.substr(0, size);
            rest.remove_prefix(size);
            return part;
        };
        event.from = &from;
        event.name = next(name.size());
        from.event_type = next(type.size());
        from.channel = next(channel.size());
        from.agent_id = next(agent.size());
    }
    packed(packed const&) = delete;
};

std::string without(packed const& of) {
    std::string text;
    sonde::json_lines{}.write(of.event, text);
    return text;
}

std::string with(sonde::line_memory& memory, packed const& of) {
    std::string text;
    sonde::text_writer writer(text);
    sonde::json_lines{}.write(of.event, writer, &memory);
    writer.finish();
    return text;
}

}  // namespace

TEST_CASE("a line is the same with a memory and without, whatever came before it") {
    std::mt19937 random(11);
    sonde::line_memory memory;
    std::vector<std::string_view> const names{"a", "search", "search_all", "Search_all", "look \"up\"", "n\xFFot", ""};
    auto const any = [&](auto const& list) { return list[random() % list.size()]; };
    for (int i = 0; i < 20'000; ++i) {
        packed one(any(names), any(names), any(names), any(names));
        one.event.kind = static_cast<sonde::kind>(random() % 6);
        one.from.level = static_cast<sonde::level>(random() % 6);
        one.from.timestamp = {static_cast<std::int64_t>(random() % 5'000'000'000ULL) - 2'000'000'000};
        REQUIRE(with(memory, one) == without(one));
    }
}

TEST_CASE("names that the memory keeps in one place push each other out") {
    sonde::line_memory memory;
    // More names than places: some must share one.
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 500; ++i) {
            packed const one("site_" + std::to_string(i), "tool_call", "TOOL", "agent");
            REQUIRE(with(memory, one) == without(one));
        }
    }
}

TEST_CASE("texts that lie apart, or are long, are not remembered") {
    sonde::line_memory memory;
    packed const one("search", "tool_call", "TOOL", "agent");
    CHECK(memory.parts(one.event) != nullptr);
    packed apart("search", "tool_call", "TOOL", "agent");
    apart.event.name = "search";
    CHECK(memory.parts(apart.event) == nullptr);
    CHECK(with(memory, apart) == without(one));
    packed const large(std::string(600, 'x'), "tool_call", "TOOL", "agent");
    CHECK(memory.parts(large.event) == nullptr);
    CHECK(with(memory, large) == without(large));
}
