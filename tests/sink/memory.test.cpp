// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/memory.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using sonde::memory_sink;
using sonde::section;
using sonde::tests::captured;
using sonde::tests::json;
using sonde::tests::order_created;

namespace {

// Shows texts in every way that is looked after.
struct shows_texts {
    std::string_view text;
    std::optional<std::string_view> maybe;
    std::vector<std::string_view> many;
    std::array<std::string_view, 2> two;
    char const* c_text = nullptr;
    sonde::fields values;
    order_created nested;

    using sonde_members =
        sonde::members<sonde::member<"text", &shows_texts::text>, sonde::member<"maybe", &shows_texts::maybe>,
                       sonde::member<"many", &shows_texts::many>, sonde::member<"two", &shows_texts::two>,
                       sonde::member<"c_text", &shows_texts::c_text>, sonde::member<"values", &shows_texts::values>,
                       sonde::member<"nested", &shows_texts::nested>>;
};

struct move_only {
    std::unique_ptr<int> owned;
    using sonde_members = sonde::members<sonde::member<"owned", &move_only::owned>>;
};

struct copy_throws {
    copy_throws() = default;
    copy_throws(copy_throws const&) { throw std::bad_alloc(); }
    int number = 0;
    using sonde_members = sonde::members<sonde::member<"number", &copy_throws::number>>;
};

}  // namespace

TEST_CASE("memory_sink obeys the laws of sinks") {
    sonde::tests::obeys_sink_laws([] { return memory_sink(); });
}

TEST_CASE("memory_sink gives the lines that a file would have") {
    memory_sink sink;
    captured fields;
    auto const call = fields.add(section::input, "a", 1).call();
    sink.consume(call);
    sink.consume(order_created{"o-1", 2.5});
    sink.consume(order_created{"o-2", 3}, {.agent_id = "agent", .event_type = "other"});
    auto const lines = sink.lines();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] + '\n' == sonde::tests::line_of(call));
    auto const order = json::parse(lines[1]);
    CHECK(order.at("event_type") == "order_created");
    CHECK(order.at("channel") == "FUNCTION");
    CHECK(order.at("input_data") == json::parse(R"({"order_id":"o-1","amount":2.5})"));
    CHECK(json::parse(lines[2]).at("agent_id") == "agent");
    CHECK(json::parse(lines[2]).at("event_type") == "other");
    CHECK(sink.stats().bytes == lines[0].size() + lines[1].size() + lines[2].size() + 3);
}

TEST_CASE("memory_sink gives events back by type, in order") {
    memory_sink sink;
    sink.consume(order_created{"a", 1});
    sink.consume(sonde::call_started{});
    sink.consume(order_created{"b", 2});
    CHECK(sink.size() == 3);
    CHECK(sink.of<order_created>() == std::vector<order_created>{{"a", 1}, {"b", 2}});
    CHECK(sink.of<sonde::call_started>().size() == 1);
    CHECK(sink.of<sonde::call_finished>().empty());
    sink.clear();
    CHECK(sink.size() == 0);
    CHECK(sink.lines().empty());
    CHECK(sink.stats().accepted == 3);
}

TEST_CASE("what an event in memory shows outlives what it came from") {
    memory_sink sink;
    {
        std::string texts[] = {std::string(50, 'a'), std::string(50, 'b'), std::string(50, 'c'), "d",
                               std::string("e\0e", 3)};
        captured fields;
        fields.add(section::input, std::string(50, 'k'), std::string(50, 'v'))
            .add(section::output, "o", 7)
            .add(section::metadata, "m", true);
        auto call = fields.call();
        call.name = texts[0];
        call.agent_id = texts[1];
        call.error_message = texts[2];
        call.session_id = texts[4];
        sink.consume(call);
        sink.consume(shows_texts{texts[0],
                                 texts[1],
                                 {texts[2], texts[3]},
                                 {texts[4], ""},
                                 texts[0].c_str(),
                                 fields.in(section::output),
                                 {texts[1], 1}});
        for (auto& each : texts) { each.assign(each.size(), '!'); }
    }
    std::string const a(50, 'a'), b(50, 'b'), c(50, 'c'), nul("e\0e", 3);

    auto const calls = sink.of<sonde::call_finished>();
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].name == a);
    CHECK(calls[0].agent_id == b);
    CHECK(calls[0].error_message == c);
    CHECK(calls[0].session_id == nul);
    CHECK(calls[0].input_data.get<std::string_view>(std::string(50, 'k')) == std::string(50, 'v'));
    CHECK(calls[0].output_data.get<int>("o") == 7);
    CHECK(calls[0].metadata.get<bool>("m") == true);

    auto const shown = sink.of<shows_texts>();
    REQUIRE(shown.size() == 1);
    CHECK(shown[0].text == a);
    CHECK(shown[0].maybe == b);
    CHECK(shown[0].many == std::vector<std::string_view>{c, "d"});
    CHECK(shown[0].two[0] == nul);
    CHECK(std::string(shown[0].c_text) == a);
    CHECK(shown[0].values.get<int>("o") == 7);
    CHECK(shown[0].nested.order_id == b);
}

TEST_CASE("what was given back stays while the sink lives, however many events follow") {
    memory_sink sink;
    sink.consume([] {
        sonde::call_started event;
        event.name = "first";
        return event;
    }());
    auto const first = sink.of<sonde::call_started>();
    for (int i = 0; i < 1000; ++i) { sink.consume(order_created{std::to_string(i), 0}); }
    CHECK(first[0].name == "first");
}

TEST_CASE("an event that can't be copied is a line all the same") {
    memory_sink sink;
    sink.consume(move_only{std::make_unique<int>(7)});
    REQUIRE(sink.lines().size() == 1);
    CHECK(json::parse(sink.lines()[0]).at("input_data").at("owned") == 7);
}

TEST_CASE("an event that throws when it is copied is dropped and counted") {
    memory_sink sink;
    sink.consume(copy_throws{});
    CHECK(sink.size() == 0);
    CHECK(sink.stats().dropped.encoding_failed == 1);
    sonde::tests::check_law(sink.stats());
}

TEST_CASE("memory_sink is told of a bound that can't be") {
    CHECK_THROWS_AS(sonde::memory_sink({.max_value_bytes = 0}), sonde::config_error);
}

TEST_CASE("memory_sink cuts values as it was told") {
    memory_sink sink({.max_value_bytes = 5});
    CHECK(sink.max_value_bytes() == 5);
    sink.consume(order_created{"a long order id", 1});
    CHECK(json::parse(sink.lines()[0]).at("input_data").at("order_id").at("bytes") == 15);
}

TEST_CASE("memory_sink tells its handler of errors") {
    std::string heard;
    memory_sink sink({.on_error = [&](sonde::exception const& error) { heard = error.what(); }});
    sink.report(sonde::exception("sonde: something"));
    CHECK(heard == "sonde: something");
    CHECK(sink.stats().internal_errors == 1);
}

TEST_CASE("memory_sink can be looked at while it is used") {
    memory_sink sink;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 200; ++n) { sink.consume(order_created{"x", 1}); }
        });
    }
    std::size_t seen = 0;
    for (int i = 0; i < 20; ++i) { seen = sink.of<order_created>().size() + sink.lines().size(); }
    for (auto& each : threads) { each.join(); }
    CHECK(seen <= 1600);
    CHECK(sink.size() == 800);
}
