// SPDX-License-Identifier: MIT
// What is no sink, among others, without a monitor.
// EXPECT: sonde: S is not a sink: S::consume does not take every library event
#include <sonde/sonde.hpp>

struct my_sink {
#ifdef FIXED
    void consume(sonde::event auto const&) noexcept {}
#else
    void write(sonde::event auto const&) noexcept {}
#endif
};

sonde::fan_out<sonde::memory_sink, my_sink> sinks;
