// SPDX-License-Identifier: MIT
// Calls under the null sink that hooks see. With the front door alone, which brings no clock.
#include "support/catch.hpp"

#include <sonde/monitored.hpp>
#include <sonde/sink/null.hpp>

#include <exception>
#include <optional>
#include <string>
#include <type_traits>

namespace {

struct at_most {
    int most;
    std::optional<sonde::block> before(auto& call) {
        if (sonde::arg<0>(call) > most) { return sonde::block{"too many"}; }
        return std::nullopt;
    }
};

struct timed {
    void after(auto&, auto&) {}
};
struct timed_in_error {
    void on_error(auto&, std::exception_ptr) {}
};

using sonde::call_impl::clock_for;
using sonde::call_impl::no_clock;
static_assert(std::is_same_v<clock_for<>::type, no_clock>);
static_assert(std::is_same_v<clock_for<at_most, at_most>::type, no_clock>);
static_assert(std::is_same_v<clock_for<at_most, timed>::type, sonde::monotonic_clock>);
static_assert(std::is_same_v<clock_for<timed_in_error>::type, sonde::monotonic_clock>);

TEST_CASE("hooks guard under the null sink without a clock, when they see only how calls begin") {
    sonde::monitor<sonde::null_sink> mon{{.agent_id = "demo"}};
    auto const twice = sonde::monitored<"twice">(mon, [](int number) { return 2 * number; }, at_most{3});
    CHECK(twice(3) == 6);
    CHECK_THROWS_AS(twice(4), sonde::policy_violation);
}

}  // namespace
