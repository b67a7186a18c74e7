// SPDX-License-Identifier: MIT
// The callable before the context.
// EXPECT: sonde: this argument is not a context:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse() {
#ifdef FIXED
    auto call = sonde::bind_context(sonde::current_context(), twice);
    call(1);
#else
    auto call = sonde::bind_context(twice, sonde::current_context());
    call(1);
#endif
}
