// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/sink/abilities.hpp>
#include <sonde/sink/envelope_of.hpp>
#include <sonde/sink/operations.hpp>

#include <chrono>
#include <concepts>
#include <string>

using namespace std::chrono_literals;

namespace {

struct plain {
    void consume(sonde::event auto const&) noexcept {}
};

struct able {
    static constexpr bool enabled = true;
    struct options {
        int number = 0;
    };
    int reported = 0;
    std::string type = {};
    bool shut = false;

    void consume(sonde::event auto const&, sonde::envelope const& from) noexcept { type = from.event_type; }
    sonde::delivery_report flush(sonde::deadline) noexcept { return {.delivered = 1}; }
    sonde::delivery_report shutdown(sonde::deadline) noexcept {
        return shut = true, sonde::delivery_report{.delivered = 2};
    }
    [[nodiscard]] sonde::stats stats() const noexcept { return {.accepted = 3}; }
    void report(sonde::exception const&) noexcept { ++reported; }
    [[nodiscard]] std::size_t max_value_bytes() const noexcept { return 7; }
};

struct off {
    static constexpr bool enabled = false;
    void consume(sonde::event auto const&) noexcept {}
};

// Flushes, and says nothing of it.
struct flushes_only {
    int flushed = 0;
    void consume(sonde::event auto const&) noexcept {}
    void flush(sonde::deadline) noexcept { ++flushed; }
    [[nodiscard]] sonde::stats stats() const noexcept { return {.accepted = 5, .delivered = 5}; }
};

}  // namespace

TEST_CASE("a sink that says nothing has the usual abilities") {
    plain sink;
    CHECK(sonde::sink_enabled<plain>);
    CHECK(std::same_as<sonde::sink_options<plain>, sonde::no_options>);
    CHECK(sonde::max_value_bytes(sink) == 65'536);
    CHECK(sonde::flush(sink, 1s) == sonde::delivery_report{});
    CHECK(sonde::shutdown(sink, 1s) == sonde::delivery_report{});
    CHECK(sonde::stats_of(sink).accepted == 0);
    sonde::report(sink, sonde::exception("x"));
}

TEST_CASE("a sink that says something is listened to") {
    able sink;
    CHECK(sonde::sink_enabled<able>);
    CHECK_FALSE(sonde::sink_enabled<off>);
    CHECK(std::same_as<sonde::sink_options<able>, able::options>);
    CHECK(sonde::max_value_bytes(sink) == 7);
    CHECK(sonde::flush(sink, 1s).delivered == 1);
    CHECK_FALSE(sink.shut);
    CHECK(sonde::shutdown(sink, 1s).delivered == 2);
    CHECK(sink.shut);
    CHECK(sonde::stats_of(sink).accepted == 3);
    sonde::report(sink, sonde::exception("x"));
    CHECK(sink.reported == 1);
    sonde::consume(sink, sonde::tests::stock_low{}, {.event_type = "seen"});
    CHECK(sink.type == "seen");
}

TEST_CASE("what a sink leaves out is made up from what it has") {
    flushes_only sink;
    CHECK(sonde::flush(sink, 1s).delivered == 5);
    CHECK(sonde::shutdown(sink, 1s).delivered == 5);
    CHECK(sink.flushed == 2);
}

TEST_CASE("an event given without an envelope gets one") {
    auto const before = std::chrono::system_clock::now().time_since_epoch();
    auto const from = sonde::envelope_of(sonde::tests::stock_low{});
    auto const after = std::chrono::system_clock::now().time_since_epoch();
    CHECK(from.event_type == "stock.low");
    CHECK(from.channel == "BUSINESS");
    CHECK(from.level == sonde::level::warning);
    CHECK(from.timestamp.unix_nanoseconds >= std::chrono::nanoseconds(before).count());
    CHECK(from.timestamp.unix_nanoseconds <= std::chrono::nanoseconds(after).count());
    CHECK(from.agent_id.empty());
    CHECK_FALSE(from.trace_id);
    CHECK(sonde::envelope_of(sonde::tests::order_created{}).event_type == "order_created");

    sonde::call_finished call;
    call.agent_id = "agent";
    call.span_id = {7};
    CHECK(sonde::envelope_of(call).agent_id == "agent");
    CHECK(sonde::envelope_of(call).span_id == call.span_id);
}
