// SPDX-License-Identifier: MIT
// What holds for every clock, and for every clock that claims to tell the real time.
#ifndef SONDE_TESTS_SUPPORT_LAWS_CLOCK_HPP
#define SONDE_TESTS_SUPPORT_LAWS_CLOCK_HPP

#include "support/catch.hpp"

#include <sonde/time/clock.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace sonde::tests {

/// `pass()` lets a little time pass, or none.
template <class Clock, class Pass>
void obeys_clock_laws(Pass&& pass) {
    static_assert(tick_source<Clock>);
    constexpr std::int64_t tolerance = 10'000;  // what two moments of a thread may be off, nanoseconds
    bool runs_back = false, negative = false, goes_back = false, disagrees = false;
    auto const read = [&] {
        auto const first = Clock::now();
        auto const first_moment = Clock::utc(first);
        auto last = first;
        auto last_moment = first_moment;
        for (int i = 0; i < 20'000; ++i) {
            pass();
            auto const next = Clock::now();
            auto const moment = Clock::utc(next);
            runs_back |= next < last;
            goes_back |= moment < last_moment;
            negative |= Clock::nanoseconds(next, next) != 0 || Clock::nanoseconds(next, first) != 0 ||
                        Clock::elapsed(first, next) < std::chrono::nanoseconds(0);
            auto const by_utc = moment.unix_nanoseconds - last_moment.unix_nanoseconds;
            auto const length = static_cast<std::int64_t>(Clock::nanoseconds(last, next));
            disagrees |= by_utc - length > tolerance || length - by_utc > tolerance;
            last = next;
            last_moment = moment;
        }
        // A moment stays the same, but for what is measured better meanwhile.
        auto const again = Clock::utc(last).unix_nanoseconds - last_moment.unix_nanoseconds;
        disagrees |= again > tolerance || again < -tolerance;
    };
    std::thread(read).join();  // a thread that has read no clock yet
    CHECK(!runs_back);
    CHECK(!negative);
    CHECK(!goes_back);
    CHECK(!disagrees);
}

/// Each law holds at the first of several tries at which nothing came between readings that belong together.
template <class Clock>
void follows_real_time() {
    using std::chrono::steady_clock;
    using std::chrono::system_clock;
    constexpr int tries = 50;
    auto const nanoseconds = [](auto duration) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
    };

    std::int64_t off = INT64_MAX;
    for (int i = 0; i < tries && off > 10'000; ++i) {
        std::thread([&] {
            std::int64_t const before = nanoseconds(system_clock::now().time_since_epoch());
            auto const moment = Clock::utc(Clock::now()).unix_nanoseconds;
            std::int64_t const after = nanoseconds(system_clock::now().time_since_epoch());
            off = (std::min)(off, (std::max)({before - moment, moment - after, std::int64_t{0}}));
        }).join();
    }
    CHECK(off <= 10'000);

    bool agrees = false;
    std::int64_t longest_off = 0;
    for (int i = 0; i < tries && !agrees; ++i) {
        auto const start = steady_clock::now();
        auto const from = Clock::now();
        while (steady_clock::now() - start < std::chrono::milliseconds(20)) {}
        auto const to = Clock::now();
        std::int64_t const length = nanoseconds(steady_clock::now() - start);
        std::int64_t const apart = static_cast<std::int64_t>(Clock::nanoseconds(from, to)) - length;
        longest_off = (std::max)(longest_off, apart < 0 ? -apart : apart);
        agrees = (apart < 0 ? -apart : apart) <= length / 1000 + 2000;
    }
    INFO(longest_off);
    CHECK(agrees);
}

}  // namespace sonde::tests

#endif
