// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/clock.hpp"

#include <sonde/call/recorder.hpp>
#include <sonde/sink/null.hpp>
#include <sonde/time/tick_clock.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using sonde::tick_clock;

static_assert(std::is_same_v<sonde::recorder<sonde::null_sink>::clock, tick_clock>);

TEST_CASE("the tick clock obeys the laws of clocks") {
    sonde::tests::obeys_clock_laws<tick_clock>([] {});
    sonde::tests::follows_real_time<tick_clock>();
}

#if defined(__SIZEOF_INT128__)

namespace {

constexpr std::int64_t second = 1'000'000'000, unix_start = 1'792'152'000 * second;

/// Made-up hardware, each tag another: what no machine does on demand takes no time here. Reading a clock takes 20 ns.
template <class Tag>
struct simulated {
    static inline long double ticks = 1e6L, steady_time = 500, system_time = 0;
    static inline long double hertz = 3e9L, slew = 0;  // the clocks', relative
    static inline bool invariant = true;
    static inline int system_readings = 0;

    static void pass(std::int64_t nanoseconds) {
        auto const time = static_cast<long double>(nanoseconds);
        ticks += time * hertz / 1e9L;
        steady_time += time * (1 + slew);
        system_time += time * (1 + slew);
    }
    /// The machine sleeps; `counted` of the time by the counter.
    static void suspend(std::int64_t nanoseconds, std::int64_t counted) {
        ticks += static_cast<long double>(counted) * hertz / 1e9L;
        system_time += static_cast<long double>(nanoseconds);
    }

    static std::int64_t counter() noexcept {
        pass(10);
        return static_cast<std::int64_t>(ticks);
    }
    static std::int64_t steady() noexcept {
        pass(10);
        auto const read = static_cast<std::int64_t>(steady_time);
        pass(10);
        return read;
    }
    static std::int64_t system() noexcept {
        ++system_readings;
        pass(10);
        auto const read = true_time();
        pass(10);
        return read;
    }
    static bool usable() noexcept { return invariant; }

    static std::int64_t true_time() { return unix_start + static_cast<std::int64_t>(system_time); }
};

template <class Machine>
using clock_of = sonde::basic_tick_clock<Machine>;

/// By how many nanoseconds the clock's idea of now is off.
template <class Machine>
std::int64_t off() {
    auto const tick = clock_of<Machine>::now();
    auto const moment = Machine::true_time();
    auto const apart = clock_of<Machine>::utc(tick).unix_nanoseconds - moment;
    return apart < 0 ? -apart : apart;
}

/// The clock's idea of a time that passes, less that time.
template <class Machine>
std::int64_t stretched(std::int64_t nanoseconds) {
    auto const from = clock_of<Machine>::now();
    auto const start = Machine::steady_time;
    Machine::pass(nanoseconds);
    auto const to = clock_of<Machine>::now();
    auto const length = Machine::steady_time - start;
    return static_cast<std::int64_t>(clock_of<Machine>::nanoseconds(from, to)) - static_cast<std::int64_t>(length);
}

bool within(std::int64_t value, std::int64_t most) { return value >= -most && value <= most; }

/// Time in steps between 100 ns and some 100 ms, their lengths spread evenly over the orders of magnitude.
template <class Machine>
void run_for(std::int64_t nanoseconds) {
    std::uint32_t random = 12345;
    auto const end = Machine::system_time + static_cast<long double>(nanoseconds);
    std::int64_t last = 0, worst = 0;
    bool goes_back = false, durations_hold = true;
    while (Machine::system_time < end) {
        random = random * 1'664'525 + 1'013'904'223;
        auto const step = (std::int64_t{100} << (random >> 27) % 20) + (random & 63);
        // A slewed clock's rate is up to a second old.
        durations_hold &= within(stretched<Machine>(step), 150 + step / 900);
        worst = (std::max)(worst, off<Machine>());
        auto const moment = clock_of<Machine>::utc(clock_of<Machine>::now()).unix_nanoseconds;
        goes_back |= moment < last;
        last = moment;
    }
    CHECK(!goes_back);
    CHECK(durations_hold);
    CHECK(worst <= 10'000);
}

}  // namespace

TEMPLATE_TEST_CASE_SIG("a simulated counter obeys the laws at every speed, from its first tick", "",
                       ((int Megahertz), Megahertz), 10, 1000, 3000, 5000) {
    using machine = simulated<std::integral_constant<int, Megahertz>>;
    machine::hertz = Megahertz * 1e6L;
    auto const granularity = 1000 / Megahertz;
    CHECK(within(stretched<machine>(0), 150 + granularity));
    CHECK(within(stretched<machine>(1000), 150 + granularity));
    CHECK(within(stretched<machine>(1'000'000), 150 + granularity));
    CHECK(within(stretched<machine>(60 * second), 150 + granularity));
    CHECK(off<machine>() <= 1000);
    sonde::tests::obeys_clock_laws<clock_of<machine>>([] { machine::pass(777); });
    run_for<machine>(30 * second);
}

TEST_CASE("a counter that can't be gone by is not") {
    using variable = simulated<struct variable_speed>;
    variable::invariant = false;
    using still = simulated<struct stands_still>;
    still::hertz = 0;
    using backwards = simulated<struct runs_backwards>;
    backwards::hertz = -1e9L;
    backwards::ticks = 1e15L;
    auto const is_steady = []<class Machine>(Machine) {
        auto const tick = clock_of<Machine>::now();
        auto const apart = static_cast<std::int64_t>(Machine::steady_time) - tick;
        CHECK(apart >= 0);
        CHECK(apart <= 20);
        CHECK(clock_of<Machine>::nanoseconds(tick, tick + 3 * second) == 3'000'000'000);
        CHECK(stretched<Machine>(100) == 0);
        Machine::hertz = 1e9L;  // decided for good
        CHECK(clock_of<Machine>::now() < second);
        run_for<Machine>(5 * second);
    };
    is_steady(variable{});
    is_steady(still{});
    is_steady(backwards{});
}

TEST_CASE("slewing at 500 ppm, to and fro, for hours") {
    using machine = simulated<struct slewed>;
    CHECK(off<machine>() < 1000);
    for (int i = 0; i < 20; ++i) {
        machine::slew = (i % 3 - 1) * 500e-6L;
        run_for<machine>(10 * second);
        machine::pass(1800 * second);
        CHECK(off<machine>() < 1000);
    }
}

TEST_CASE("time stands still rather than going back when an anchor was ahead") {
    using machine = simulated<struct turned>;
    machine::slew = 500e-6L;
    run_for<machine>(3 * second);
    machine::slew = -500e-6L;
    std::int64_t last = 0, worst = 0, stood = 0;
    bool goes_back = false;
    for (int i = 0; i < 50'000; ++i) {
        machine::pass(1000);
        auto const moment = clock_of<machine>::utc(clock_of<machine>::now()).unix_nanoseconds;
        goes_back |= moment < last;
        stood += moment == last ? 1 : 0;
        last = moment;
        worst = (std::max)(worst, off<machine>());
    }
    CHECK(!goes_back);
    CHECK(stood > 0);
    CHECK(worst <= 10'000);
}

TEST_CASE("a suspend shows in timestamps at once, and in no later duration") {
    using machine = simulated<struct suspended>;
    for (auto const asleep : {60 * second, 3600 * second, second / 5, 8 * 3600 * second}) {
        for (auto const counted : {asleep, asleep / 2}) {
            run_for<machine>(3 * second);
            machine::suspend(asleep, counted);
            CHECK(off<machine>() <= 10'000);
            CHECK(within(stretched<machine>(1000), 150));
            run_for<machine>(3 * second);
        }
    }
}

TEST_CASE("a counter that stood still in a suspend is right after 5 ms of run time") {
    using machine = simulated<struct stopped>;
    run_for<machine>(3 * second);
    machine::suspend(3600 * second, 0);
    machine::pass(5'100'000);
    CHECK(off<machine>() <= 10'000);
    run_for<machine>(3 * second);
}

TEST_CASE("a counter that began anew in a suspend") {
    using machine = simulated<struct reset>;
    run_for<machine>(3 * second);
    auto const before = clock_of<machine>::now();
    machine::ticks = 1000;
    machine::suspend(3600 * second, 0);
    CHECK(off<machine>() <= 10'000);
    CHECK(clock_of<machine>::nanoseconds(before, clock_of<machine>::now()) == 0);
    run_for<machine>(3 * second);
}

TEST_CASE("a virtual machine that moved to a counter of another speed") {
    using machine = simulated<struct moved>;
    run_for<machine>(3 * second);
    machine::hertz = 2.5e9L;
    for (int i = 0; i < 500; ++i) {  // 5 s until it is believed
        machine::pass(10'000'000);
        CHECK(off<machine>() < 1000);  // a fresh anchor each time
    }
    run_for<machine>(3 * second);
}

TEST_CASE("the system clock is set") {
    using machine = simulated<struct stepped>;
    for (auto const step : {3600.0L, -3600.0L, 0.001L, -0.001L, -0.05L}) {
        run_for<machine>(second);
        machine::system_time += step * 1e9L;
        CHECK(within(stretched<machine>(4'000'000), 200));
        for (int i = 0; i < 6; ++i) {  // nothing needs to be asked after a pause for it to show
            static_cast<void>(off<machine>());
            machine::pass(1'000'000);
        }
        CHECK(off<machine>() <= 10'000);
    }
}

TEST_CASE("an old tick is still the moment it was") {
    using machine = simulated<struct old_ticks>;
    run_for<machine>(3 * second);
    auto const tick = clock_of<machine>::now();
    auto const moment = machine::true_time();
    machine::pass(3600 * second);
    CHECK(off<machine>() <= 10'000);  // by an anchor of now
    CHECK(within(clock_of<machine>::utc(tick).unix_nanoseconds - moment, 1'000'000));
    auto last = clock_of<machine>::utc(tick);
    bool goes_back = false;
    auto const readings = machine::system_readings;
    for (int i = 1; i < 1000; ++i) {
        auto const next = clock_of<machine>::utc(tick + i);
        goes_back |= next < last;
        last = next;
    }
    CHECK(!goes_back);
    CHECK(machine::system_readings == readings);  // all by the same anchor, which is young
    CHECK(off<machine>() <= 10'000);
    CHECK(within(clock_of<machine>::utc(tick).unix_nanoseconds - moment, 1'000'000));
}

#endif

#if defined(__x86_64__) && defined(__SIZEOF_INT128__)

namespace {
/// The real hardware, with a clock that nobody has read yet.
template <int>
struct fresh : sonde::time_stamp_counter {};

template <int Number>
bool many_begin_at_once() {
    using clock = sonde::basic_tick_clock<fresh<Number>>;
    std::atomic<int> ready{0};
    std::atomic<bool> plausible{true};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            ready.fetch_add(1);
            while (ready.load() < 4) { std::this_thread::yield(); }
            auto const start = sonde::monotonic_clock::now();
            auto const from = clock::now();
            for (int n = 0; n < 100; ++n) {
                static_cast<void>(clock::utc(clock::now()));
                auto const to = clock::now();
                auto const length = clock::nanoseconds(from, to);
                auto const most = sonde::monotonic_clock::nanoseconds(start, sonde::monotonic_clock::now());
                if (length > most + most / 1000 + 2000) { plausible = false; }
            }
        });
    }
    for (auto& each : threads) { each.join(); }
    return plausible;
}
}  // namespace

TEST_CASE("threads that all begin at once read one clock") {
    auto const all = []<int... Number>(std::integer_sequence<int, Number...>) {
        return (many_begin_at_once<Number>() && ...);
    };
    CHECK(all(std::make_integer_sequence<int, 50>{}));
}

#endif
