// SPDX-License-Identifier: MIT
// A sink of one's own.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <atomic>
#include <stdexcept>

// [sink]
// Counts failures, and adds up what calls cost. Called by any number of threads at once.
class tally_sink {
public:
    void consume(sonde::call_finished const& call) noexcept {
        if (call.status == sonde::status::error) { failures_.fetch_add(1); }
        if (call.cost_usd) { cents_.fetch_add(static_cast<long>(*call.cost_usd * 100)); }
    }
    void consume(sonde::event auto const&) noexcept {}  // every other event, users' own among them

    long failures() const noexcept { return failures_; }
    long cents() const noexcept { return cents_; }

private:
    std::atomic<long> failures_{0}, cents_{0};
};

static_assert(sonde::sink<tally_sink>);
// [sink]

int main() {
    // [use]
    sonde::monitor<tally_sink> mon{{.agent_id = "demo"}};
    auto check = sonde::monitored<"check">(mon, [](int n) {
        sonde::current_span().cost_usd(0.25);
        if (n < 0) { throw std::invalid_argument("negative"); }
        return n;
    });
    check(1);
    try {
        check(-1);
    } catch (std::invalid_argument const&) {}
    expect(mon.sink().failures() == 1 && mon.sink().cents() == 50);
    // [use]
}
