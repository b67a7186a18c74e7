// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/filtered.hpp>
#include <sonde/sink/memory.hpp>
#include <sonde/sink/null.hpp>

#include <concepts>
#include <stdexcept>
#include <string>

using sonde::filtered;
using sonde::memory_sink;
using sonde::tests::order_created;
using sonde::tests::stock_low;

namespace {

struct everything {
    bool operator()(auto const&) const { return true; }
};

// What most will want: by the envelope, whatever the event.
struct warnings {
    bool operator()(sonde::envelope const& from) const { return from.level >= sonde::level::warning; }
};

struct failures {
    bool operator()(sonde::call_finished const& call) const { return call.status != sonde::status::success; }
};

struct by_both {
    bool operator()(order_created const& order, sonde::envelope const& from) const {
        return order.order_id == from.agent_id;
    }
};

struct throws {
    bool operator()(auto const&) const { throw std::runtime_error("predicate"); }
};

}  // namespace

TEST_CASE("filtered obeys the laws of sinks") {
    sonde::tests::obeys_sink_laws([] { return filtered<memory_sink, everything>(); });
}

TEST_CASE("a predicate on the envelope judges every event") {
    filtered<memory_sink, warnings> sink;
    sink.consume(stock_low{1});  // a warning
    sink.consume(order_created{});
    sonde::call_finished call;
    sink.consume(call);
    call.level = sonde::level::critical;
    sink.consume(call);
    CHECK(sink.sink().of<stock_low>().size() == 1);
    CHECK(sink.sink().of<order_created>().empty());
    CHECK(sink.sink().of<sonde::call_finished>().size() == 1);
    CHECK(sink.stats().accepted == 2);  // what does not pass is no loss
    sonde::tests::check_law(sink.stats());
}

TEST_CASE("a predicate on one type lets the others pass") {
    filtered<memory_sink, failures> sink;
    sink.consume(sonde::call_finished{});
    sonde::call_finished failed;
    failed.status = sonde::status::blocked;
    sink.consume(failed);
    sink.consume(order_created{});
    CHECK(sink.sink().of<sonde::call_finished>().size() == 1);
    CHECK(sink.sink().of<order_created>().size() == 1);
}

TEST_CASE("a predicate may want the event and its envelope") {
    filtered<memory_sink, by_both> sink;
    sink.consume(order_created{"a", 1}, {.agent_id = "a"});
    sink.consume(order_created{"a", 1}, {.agent_id = "b"});
    CHECK(sink.sink().size() == 1);
}

TEST_CASE("a predicate with a state comes with its sink") {
    double limit = 10;
    filtered sink{memory_sink(), [limit](order_created const& order) { return order.amount > limit; }};
    sink.consume(order_created{"small", 1});
    sink.consume(order_created{"large", 100});
    CHECK(sink.sink().of<order_created>().front().order_id == "large");
    CHECK(sink.sink().size() == 1);
}

TEST_CASE("an event at which the predicate throws passes, and that is told") {
    std::string heard;
    filtered<memory_sink, throws> sink(
        memory_sink::options{.on_error = [&](sonde::exception const& error) { heard = error.what(); }});
    sink.consume(order_created{});
    CHECK(sink.sink().size() == 1);
    CHECK(sink.stats().internal_errors == 1);
    CHECK_THAT(heard, sonde::tests::contains_text("predicate"));
}

TEST_CASE("a filter of nothing is nothing, and its options are the sink's") {
    CHECK_FALSE(filtered<sonde::null_sink, warnings>::enabled);
    CHECK(std::same_as<filtered<memory_sink, warnings>::options, memory_sink::options>);
    filtered<memory_sink, warnings> const sink(memory_sink::options{.max_value_bytes = 7});
    CHECK(sink.max_value_bytes() == 7);
    filtered<sonde::null_sink, throws> none;
    none.consume(order_created{});  // the predicate is not asked
}
