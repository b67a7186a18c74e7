// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/sonde.hpp>

#include <cstddef>
#include <vector>

using sonde::call_impl::points_to_range;

static_assert(points_to_range<0, int const*, int const*>);
static_assert(points_to_range<1, int const*, int const*>);
static_assert(points_to_range<0, int*, std::size_t>);
static_assert(points_to_range<1, double, char*, int>);
static_assert(!points_to_range<1, int*, std::size_t>);
static_assert(!points_to_range<0, int const*>);
static_assert(!points_to_range<0, int const*, double const*>);
static_assert(!points_to_range<0, char const*, std::size_t>, "by convention a C string");
static_assert(!points_to_range<0, char const*, char const*>, "by convention two C strings");

TEST_CASE("the ends of a range are not read through") {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "pointers"}};
    auto const sum = sonde::monitored<"sum">(mon, [](int const* first, int const* last) {
        int total = 0;
        for (; first != last; ++first) { total += *first; }
        return total;
    });
    // The end is one past the allocation: reading it is what a sanitizer would stop at.
    std::vector<int> const numbers{1, 2, 3};
    CHECK(sum(numbers.data(), numbers.data() + numbers.size()) == 6);

    auto const lone = sonde::monitored<"lone">(mon, [](int const* number) { return *number; });
    CHECK(lone(numbers.data()) == 1);

    auto const events = mon.sink().of<sonde::call_finished>();
    REQUIRE(events.size() == 2);
    CHECK_FALSE(events[0].input_data.get<int>("arg0").has_value());
    CHECK_FALSE(events[0].input_data.get<int>("arg1").has_value());
    CHECK_FALSE(events[0].input_data.empty());
    CHECK(events[1].input_data.get<int>("arg0") == 1);
}
