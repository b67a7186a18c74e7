// SPDX-License-Identifier: MIT
// A future that can't be copied, and isn't moved.
// EXPECT: sonde: the argument of watch is not a future or range:
#include <sonde/sonde.hpp>

#include <future>
#include <utility>

void misuse(std::future<int> later) {
#ifdef FIXED
    auto answer = sonde::watch(std::move(later));
#else
    auto answer = sonde::watch(later);
#endif
}
