// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/http_status.hpp>

using sonde::outcome_of_status;
using sonde::transport_outcome;

namespace {
// Each status that there may be, counted by what it means.
constexpr bool adds_up() {
    int counts[5] = {};
    for (int status = 100; status < 600; ++status) { ++counts[static_cast<int>(outcome_of_status(status))]; }
    return counts[static_cast<int>(transport_outcome::delivered)] == 100 &&
           counts[static_cast<int>(transport_outcome::failed)] == 100 + 2 &&
           counts[static_cast<int>(transport_outcome::refused)] == 2 &&
           counts[static_cast<int>(transport_outcome::halve)] == 3 &&
           counts[static_cast<int>(transport_outcome::rejected)] == 100 + 100 + 100 - 2 - 2 - 3;
}
static_assert(adds_up());
}  // namespace

TEST_CASE("every status means something") {
    CHECK(adds_up());
    CHECK(outcome_of_status(0) == transport_outcome::failed);
    CHECK(outcome_of_status(700) == transport_outcome::failed);
}
