// SPDX-License-Identifier: MIT
// A future that can't be copied, and isn't moved.
// EXPECT: sonde: the argument of watch is not a future or range:
#include <sonde/sonde.hpp>

#include <future>

int misuse(std::future<int> later) {
#ifdef FIXED
    return sonde::watch(std::move(later)).get();
#else
    return sonde::watch(later).get();
#endif
}
