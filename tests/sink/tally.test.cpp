// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/sink/fan_out.hpp>
#include <sonde/sink/filtered.hpp>
#include <sonde/sink/memory.hpp>
#include <sonde/sink/tally.hpp>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;

namespace {

// The least a sink can be.
struct least {
    std::shared_ptr<int> consumed = std::make_shared<int>(0);
    void consume(sonde::event auto const&) noexcept { ++*consumed; }
};

struct everything {
    bool operator()(sonde::envelope const&) const { return true; }
};

// However the least sink is wrapped, it is counted and closed for it.
template <class Sink>
void counts_and_closes(Sink sink, std::shared_ptr<int> const& consumed, std::uint64_t each) {
    sonde::monitor<Sink> mon{{.agent_id = "demo"}, std::move(sink)};
    auto const call = sonde::monitored<"call">(mon, [] {});
    call();
    auto const report = mon.shutdown(1s);
    CHECK(report == sonde::delivery_report{.delivered = each});
    call();
    call();
    auto const counts = mon.stats();
    CHECK(counts.accepted == 3 * each);
    CHECK(counts.delivered == each);
    CHECK(counts.dropped.after_shutdown == 2 * each);
    CHECK(*consumed == 1);
}

}  // namespace

TEST_CASE("a sink without counts or end has them kept for it, wherever it stands") {
    SECTION("alone") {
        least const one;
        counts_and_closes(least(one), one.consumed, 1);
    }
    SECTION("filtered") {
        least const one;
        counts_and_closes(sonde::filtered(one, everything{}), one.consumed, 1);
    }
    SECTION("among others") {
        least const one;
        counts_and_closes(sonde::fan_out(one, sonde::memory_sink()), one.consumed, 2);
    }
    SECTION("deep within others") {
        least const one;
        counts_and_closes(sonde::fan_out(sonde::filtered(sonde::fan_out(one), everything{})), one.consumed, 1);
    }
}

TEST_CASE("what goes wrong is counted for a sink that does not listen") {
    least sink;
    sonde::tally<least> tally;
    tally.report(sink, sonde::exception("sonde: something"));
    CHECK(tally.stats(sink).internal_errors == 1);
}
