// SPDX-License-Identifier: MIT
// How long to wait before another try.
#ifndef SONDE_DELIVERY_BACKOFF_HPP
#define SONDE_DELIVERY_BACKOFF_HPP

#include <chrono>
#include <cstdint>

namespace sonde {

/// Before the first further try a second, then two, four and so on, at most a minute; each up to 20 % more or less, so that
/// many clients of a server that comes back don't come back together. A receiver that asks for a longer wait gets it.
/// *Units and bounds*: `further_try` counts from 1; `random` is any number; `asked` at most an hour is honoured.
constexpr std::chrono::milliseconds wait_before(unsigned further_try, std::chrono::milliseconds asked,
                                                std::uint64_t random) noexcept {
    constexpr std::chrono::milliseconds first{1'000}, longest{60'000}, longest_asked{3'600'000};
    auto const doublings = further_try == 0 ? 0U : further_try - 1 < 6 ? further_try - 1 : 6U;
    auto const usual = first * (1 << doublings) < longest ? first * (1 << doublings) : longest;
    auto const jittered = usual * static_cast<std::int64_t>(8'000 + random % 4'001) / 10'000;
    auto const wanted = asked < longest_asked ? asked : longest_asked;
    return jittered > wanted ? jittered : wanted;
}

}  // namespace sonde

#endif
