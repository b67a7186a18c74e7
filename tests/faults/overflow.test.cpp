// SPDX-License-Identifier: MIT
// More events than a small queue has room for: the file says how many are missing.
#include "support/catch.hpp"
#include "support/event_lines.hpp"
#include "support/folder.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/monitor.hpp>
#include <sonde/sink/file.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

using namespace std::chrono_literals;
using sonde::tests::arrivals;
using sonde::tests::campaign_events;
using sonde::tests::emit_from_all;
using sonde::tests::events_each;
using sonde::tests::folder;
using sonde::tests::law;

namespace {

// Emits through a monitor what a sink would consume.
template <class Sink>
struct by_monitor {
    sonde::monitor<Sink>& mon;
    template <class Event>
    void consume(Event const& event) {
        mon.emit(event);
    }
};

template <class Overflow>
void tells_of_each_drop() {
    using sink = sonde::basic_file_sink<sonde::background<Overflow>>;
    constexpr std::uint64_t bursts = 5;
    folder const here;
    sonde::monitor<sink> mon({.agent_id = "overflow"}, sonde::file_options{.path = here / "f", .queue_bytes = 16'384});
    by_monitor<sink> through{mon};
    for (std::uint64_t burst = 0; burst < bursts; ++burst) {
        emit_from_all(through, burst * events_each / bursts, (burst + 1) * events_each / bursts);
        CHECK(mon.flush(200s).still_queued == 0);
    }
    mon.shutdown(200s);
    auto const counts = mon.stats();

    arrivals arrived;
    std::uint64_t notices = 0, told = 0, others = 0;
    bool right = true;
    auto const found = sonde::tests::read_event_lines(here / "f", [&](std::string_view line) {
        arrived.add(line);
        if (line.find("\"sonde.dropped\"") == line.npos) {
            ++others;
            return;
        }
        ++notices;
        auto const notice = nlohmann::json::parse(line);
        auto const more = notice["input_data"]["queue_full"].template get<std::uint64_t>();
        right = right && more > told && notice["input_data"].size() == 1 && notice["channel"] == "META" &&
                notice["level"] == "warning" && notice["agent_id"] == "overflow";
        told = more;
    });
    CHECK(found.torn == 0);
    CHECK(found.tail.empty());
    CHECK(right);
    CHECK(notices >= bursts);
    CHECK(told > 0);
    CHECK(told == counts.dropped);
    CHECK(told == counts.dropped.queue_full);
    CHECK(arrived.events() == others);
    CHECK(arrived.events() + told == campaign_events);
    CHECK(arrived.misplaced() == 0);
    CHECK(arrived.repeated() == 0);
    CHECK(counts.delivered == others + notices);
    CHECK(counts.accepted == campaign_events + notices);
    CHECK(counts.queued == 0);
    CHECK(law(counts));
}

}  // namespace

TEST_CASE("the file tells of each event that is missing, if the newest are dropped") {
    tells_of_each_drop<sonde::drop_newest>();
}

TEST_CASE("the file tells of each event that is missing, if the oldest are dropped") {
    tells_of_each_drop<sonde::drop_oldest>();
}
