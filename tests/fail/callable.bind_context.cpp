// SPDX-License-Identifier: MIT
// A result bound to a context, in the place of the function.
// EXPECT: sonde: this argument is not a callable:
#include <sonde/sonde.hpp>

int twice(int number);

void misuse() {
#ifdef FIXED
    auto call = sonde::bind_context(twice);
    call(1);
#else
    auto call = sonde::bind_context(twice(1));
    call(1);
#endif
}
