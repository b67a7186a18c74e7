// SPDX-License-Identifier: MIT
// What holds for every sink: run it over one of your own.
#ifndef SONDE_TESTS_SUPPORT_LAWS_SINK_HPP
#define SONDE_TESTS_SUPPORT_LAWS_SINK_HPP

#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/event/call_started.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/concept.hpp>
#include <sonde/sink/operations.hpp>

#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace sonde::tests {

inline void check_law(stats const& counts) {
    CHECK(counts.accepted == counts.delivered + counts.rejected + counts.dropped + counts.spooled + counts.queued);
}

/// One event of each type, and how many that are.
template <class Sink>
std::uint64_t consume_one_of_each(Sink& sink) {
    captured fields;
    fields.add(section::input, "a", 1).add_whole(section::output, "b").add(section::metadata, "c", 2.5);
    auto const call = fields.call();
    sonde::consume(sink, call, call);
    sonde::consume(sink, call_started{}, envelope{});
    sonde::consume(sink, run_started{}, envelope{});
    sonde::consume(sink, run_finished{}, envelope{});
    sonde::consume(sink, fields_emitted{}, envelope{});
    sonde::consume(sink, order_created{"o-1", 12.5}, envelope{.agent_id = "agent", .event_type = "order_created"});
    sonde::consume(sink, stock_low{3}, envelope{});
    return 7;
}

/// `make()` gives a sink that nothing was given to yet. One that counts must count `events_each` for an event.
template <class Make>
void obeys_sink_laws(Make&& make, std::uint64_t events_each = 1) {
    using namespace std::chrono_literals;
    using type = std::remove_cvref_t<decltype(make())>;
    static_assert(sonde::sink<type>);
    static_assert(check_sink<type>());
    constexpr bool counts = requires(type const& sink) { sink.stats(); };

    type made = make();
    type sink = std::move(made);  // before its first event it may move into a monitor
    check_law(stats_of(sink));
    CHECK(stats_of(sink).accepted == 0);
    if constexpr (sink_enabled<type>) { CHECK(max_value_bytes(sink) > 0); }

    auto total = consume_one_of_each(sink);
    check_law(stats_of(sink));

    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) { consume_one_of_each(sink); }
        });
    }
    for (auto& each : threads) { each.join(); }
    total += 4U * 50U * 7U;

    auto const report = flush(sink, 10s);
    auto const seen = stats_of(sink);
    check_law(seen);
    if constexpr (counts) { CHECK(seen.accepted == total * events_each); }
    CHECK(report.still_queued == 0);
    CHECK(report.delivered + report.dropped + report.rejected + report.spooled == seen.accepted);
    CHECK(flush(sink, 0s) == report);  // at rest, again, without time

    sonde::report(sink, exception("sonde: from the library"));
    CHECK(stats_of(sink).accepted == seen.accepted);

    CHECK(shutdown(sink, 10s) == report);
    consume_one_of_each(sink);
    auto const after = stats_of(sink);
    check_law(after);
    CHECK(after.delivered == seen.delivered);
    if constexpr (counts && requires { sink.shutdown(deadline(10s)); }) {
        CHECK(after.accepted == seen.accepted + 7 * events_each);
        CHECK(after.dropped.after_shutdown == seen.dropped.after_shutdown + 7 * events_each);
    }
    CHECK(shutdown(sink, 0s).still_queued == 0);
}

}  // namespace sonde::tests

#endif
