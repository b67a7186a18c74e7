// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/fan_out.hpp>
#include <sonde/sink/file.hpp>
#include <sonde/sink/filtered.hpp>
#include <sonde/sink/memory.hpp>
#include <sonde/sink/null.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <tuple>

using namespace std::chrono_literals;
using sonde::fan_out;
using file_sink = sonde::basic_file_sink<sonde::immediate>;
using sonde::memory_sink;
using sonde::null_sink;
using sonde::tests::folder;
using sonde::tests::order_created;

namespace {

// A user's own: no options, no counts.
struct tally {
    int events = 0, reported = 0;
    std::string last_type = {};
    void consume(sonde::event auto const&, sonde::envelope const& from) noexcept {
        ++events;
        last_type = from.event_type;
    }
    void report(sonde::exception const&) noexcept { ++reported; }
};

struct other_tally : tally {};

}  // namespace

TEST_CASE("fan_out obeys the laws of sinks") {
    folder const here;
    sonde::tests::obeys_sink_laws([] { return fan_out<memory_sink, memory_sink>(); }, 2);
    sonde::tests::obeys_sink_laws(
        [&] {
            using sinks = fan_out<memory_sink, file_sink, null_sink>;
            return sinks(sinks::options{{}, {.path = here / "f"}, {}});
        },
        2);
    sonde::tests::obeys_sink_laws([] { return fan_out<fan_out<memory_sink>, fan_out<>>(); });
    sonde::tests::obeys_sink_laws([] { return fan_out<>(); }, 0);
}

TEST_CASE("every sink of a fan_out gets every event") {
    fan_out sinks{memory_sink(), tally(), other_tally()};
    CHECK(std::same_as<decltype(sinks), fan_out<memory_sink, tally, other_tally>>);
    sinks.consume(order_created{"o-1", 1});
    sinks.consume(order_created{"o-2", 2}, {.event_type = "given"});
    CHECK(sinks.get<memory_sink>().of<order_created>().size() == 2);
    CHECK(sinks.get<1>().events == 2);
    CHECK(sinks.get<1>().last_type == "given");
    CHECK(sinks.get<other_tally>().events == 2);
    CHECK(&sinks.get<tally>() == &sinks.get<1>());
    CHECK(std::as_const(sinks).get<0>().size() == 2);
    sinks.report(sonde::exception("x"));
    CHECK(sinks.get<tally>().reported == 1);
    CHECK(sinks.get<other_tally>().reported == 1);
    CHECK(sinks.get<memory_sink>().stats().internal_errors == 1);
}

TEST_CASE("the sinks of a fan_out are made from a tuple of their options") {
    folder const here;
    using sinks = fan_out<file_sink, tally, memory_sink, null_sink>;
    CHECK(std::same_as<sinks::options,
                       std::tuple<sonde::file_options, sonde::no_options, memory_sink::options, null_sink::options>>);
    sinks made(sinks::options{{.path = here / "f"}, {}, {.max_value_bytes = 100'000}, {}});
    made.consume(order_created{});
    CHECK(sonde::tests::lines(here / "f").size() == 1);
    CHECK(made.get<tally>().events == 1);
    CHECK(made.max_value_bytes() == 100'000);  // the most that one wants
}

TEST_CASE("a sink that fails keeps no event from the others") {
    fan_out<memory_sink, file_sink, memory_sink> sinks(
        {memory_sink::options(), sonde::file_options{.path = "/dev/full"}, memory_sink::options()});
    sinks.get<0>().shutdown(0s);
    for (int i = 0; i < 10; ++i) { sinks.consume(order_created{}); }
    CHECK(sinks.get<2>().size() == 10);
    auto const counts = sinks.stats();
    CHECK(counts.accepted == 30);
    CHECK(counts.delivered == 10);
    CHECK(counts.dropped.after_shutdown == 10);
    CHECK(counts.dropped.transport_failed == 10);
    sonde::tests::check_law(counts);
    auto const report = sinks.flush(1s);
    CHECK(report.delivered == 10);
    CHECK(report.dropped == 20);
}

TEST_CASE("a fan_out does something if one of its sinks does") {
    CHECK(fan_out<null_sink, memory_sink>::enabled);
    CHECK_FALSE(fan_out<null_sink, null_sink>::enabled);
    CHECK_FALSE(fan_out<>::enabled);
    CHECK_FALSE(sonde::sink_enabled<fan_out<null_sink>>);
}
