// SPDX-License-Identifier: MIT
// What is no sink, behind a filter.
// EXPECT: sonde: S is not a sink: S::consume does not take every library event
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void write(sonde::event auto const&) noexcept {}
#endif
};

struct failures {
    bool operator()(sonde::call_finished const& event) const { return event.status != sonde::status::success; }
};

int twice(int number);

void misuse() {
    sonde::monitor<sonde::filtered<my_sink, failures>> mon{{.agent_id = "order-bot"}};
    auto call = sonde::monitored<"twice">(mon, twice);
    call(1);
    mon.flush();
}
