// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/time/tick_rate.hpp>

#include <cstdint>

#if defined(__SIZEOF_INT128__)

namespace {

using sonde::tick_pair;
using sonde::tick_rate;

constexpr std::int64_t second = tick_rate::second;

/// A moment of a counter of `ticks` in a microsecond, which began at 1,000 when the clock said 500.
constexpr tick_pair pair_at(std::int64_t nanoseconds, std::int64_t ticks = 3000, std::int64_t gap = 150) {
    return {1000 + nanoseconds / 1000 * ticks, 500 + nanoseconds, gap};
}

/// By how many nanoseconds a second is wrong.
std::int64_t second_off(tick_rate const& rate, std::int64_t ticks = 3000) {
    auto const length = static_cast<std::int64_t>(rate.nanoseconds(static_cast<std::uint64_t>(ticks * 1'000'000)));
    return length > second ? length - second : second - length;
}

void measure(tick_rate& rate, std::int64_t until = 10 * second) {
    rate.start(pair_at(0));
    for (std::int64_t at = 1000; at <= until; at *= 2) { rate.observe(pair_at(at)); }
}

}  // namespace

TEST_CASE("a rate covers durations as long as it was measured, up to 10 ms") {
    tick_rate rate;
    rate.start(pair_at(0));
    CHECK(rate.covers(0));
    CHECK(!rate.covers(1));
    CHECK(rate.due(1000));
    rate.observe(pair_at(2000));
    CHECK(rate.covers(6000));
    CHECK(!rate.covers(6001));
    CHECK(rate.nanoseconds(6000) >= 1999);
    CHECK(rate.nanoseconds(6000) <= 2000);
    CHECK(!rate.due(pair_at(3000).tick));
    CHECK(rate.due(pair_at(4000).tick));
    rate.observe(pair_at(second));
    CHECK(rate.covers(29'999'000));
    CHECK(!rate.covers(30'001'000));
}

TEST_CASE("a duration that is not covered is measured together with its end") {
    tick_rate rate;
    rate.start(pair_at(0));
    CHECK(rate.nanoseconds(3000, pair_at(1000)) <= 1000);
    CHECK(rate.nanoseconds(3000, pair_at(1000)) >= 999);
    auto const minute = rate.nanoseconds(180'000'000'000, pair_at(60 * second));
    CHECK(minute <= 60'000'000'000);
    CHECK(minute >= 59'999'999'999);
}

TEST_CASE("a rate is as wrong as its pairs for the duration they are apart") {
    tick_rate rate;
    rate.start({1000, 500 + 50, 150});  // 50 ns too late
    for (std::int64_t at = 1000; at < 100 * second; at *= 3) {
        auto const ticks = static_cast<std::uint64_t>(at / 1000 * 3000);
        auto const length = static_cast<std::int64_t>(rate.nanoseconds(ticks, pair_at(at)));
        CHECK(length <= at);
        CHECK(length >= at - 51);
    }
}

TEST_CASE("so it is for durations much longer than a rate's measuring") {
    tick_rate rate;
    rate.start(pair_at(0));
    for (std::int64_t i = 1; i <= 1000; ++i) {
        auto now = pair_at(i * second / 10 * 11);
        now.nanoseconds += i % 2 == 0 ? 50 : -50;  // so by the last rate, a second is off by 90 ns
        rate.observe(now);
    }
    CHECK(second_off(rate) > 80);
    for (std::int64_t const length : {1100, 800, 600}) {
        auto const is = static_cast<std::int64_t>(
            rate.nanoseconds(static_cast<std::uint64_t>(length * 3'000'000'000), pair_at(1100 * second)));
        CHECK(is <= length * second + 101);
        CHECK(is >= length * second - 101);
    }
    // After a suspend, during which the counter ran on, the mean is no rate.
    auto later = pair_at(1200 * second);
    later.nanoseconds -= 50 * second;
    rate.observe(later);
    auto const is = static_cast<std::int64_t>(rate.nanoseconds(std::uint64_t{1000} * 3'000'000'000, later));
    CHECK(is >= 999 * second);
    CHECK(is <= 1001 * second);
}

TEST_CASE("counters of any speed") {
    for (std::int64_t const ticks : {1, 10, 3000, 5000, 10'000}) {  // 1 MHz to 10 GHz
        tick_rate rate;
        rate.start(pair_at(0, ticks));
        rate.observe(pair_at(2 * second, ticks, 0));
        CHECK(second_off(rate, ticks) <= 1);
        CHECK(rate.ticks_in(second) >= ticks * 1'000'000 - 1);
        CHECK(rate.ticks_in(second) <= ticks * 1'000'000 + 1);
        auto const year = rate.nanoseconds(static_cast<std::uint64_t>(ticks) * 31'536'000'000'000);
        CHECK(year / 31'536'000 <= 1'000'000'001);
        CHECK(year / 31'536'000 >= 999'999'999);
    }
}

TEST_CASE("a pair that was read badly makes no rate worse") {
    tick_rate rate;
    measure(rate, second / 4);
    REQUIRE(second_off(rate) <= 1);
    auto const late = pair_at(second / 2);
    rate.observe({late.tick + 6'000'000, late.nanoseconds, 12'000'000});
    CHECK(second_off(rate) <= 1);
    CHECK(rate.observe(pair_at(second / 2)));
    auto const later = pair_at(4 * second);
    rate.observe({later.tick + 6'000'000, later.nanoseconds, 12'000'000});
    CHECK(second_off(rate) <= 1);
}

TEST_CASE("a jump of the counter is not believed to be its speed") {
    tick_rate rate;
    measure(rate);
    auto const jump =
        GENERATE(std::int64_t{1'000'000'000'000}, std::int64_t{-3'000'000'000}, std::int64_t{20'000'000'000});
    CAPTURE(jump);
    for (std::int64_t at = 10 * second; at < 20 * second; at += second / 7000 * 1000) {
        auto now = pair_at(at);
        now.tick += jump;
        if (rate.due(now.tick)) { rate.observe(now); }
        REQUIRE(second_off(rate) <= 1);
    }
    auto reset = pair_at(20 * second);
    reset.tick = 5;
    CHECK(rate.due(reset.tick));
    rate.observe(reset);
    CHECK(second_off(rate) <= 1);
    for (std::int64_t i = 1; i <= 30; ++i) {  // what comes then counts again: here, a clock slewed by 500 ppm
        rate.observe({reset.tick + i * 300'000'000, reset.nanoseconds + i * 100'050'000, 150});
    }
    CHECK(rate.nanoseconds(3'000'000'000) >= 1'000'499'000);
}

TEST_CASE("a speed that stays is believed when it is seen twice") {
    tick_rate rate;
    measure(rate);
    auto const base = pair_at(10 * second);
    int seen = 0;
    for (std::int64_t i = 1; i < 8 && second_off(rate, 2500) > 1000; ++i, ++seen) {
        rate.observe({base.tick + i * 2'500'000'000, base.nanoseconds + i * second, 150});
    }
    CHECK(seen >= 2);
    CHECK(second_off(rate, 2500) <= 1000);
}

TEST_CASE("a clock that is being slewed is followed within two seconds") {
    tick_rate rate;
    measure(rate);
    auto const base = pair_at(10 * second);
    for (std::int64_t i = 1; i <= 30; ++i) {  // 500 ppm
        tick_pair const now{base.tick + i * 300'000'000, base.nanoseconds + i * 100'050'000, 150};
        if (rate.due(now.tick)) { rate.observe(now); }
        if (i > 25) { CHECK(rate.nanoseconds(3'000'000'000) >= 1'000'499'000); }
    }
}

TEST_CASE("ticks that are nanoseconds are that for ever") {
    tick_rate rate;
    rate.start_as_nanoseconds();
    CHECK(rate.covers(INT64_MAX));
    CHECK(!rate.due(0));
    CHECK(!rate.due(INT64_MAX));
    CHECK(rate.nanoseconds(INT64_MAX) == INT64_MAX);
    CHECK(rate.ticks_in(5'000'000) == 5'000'000);
}

#endif
