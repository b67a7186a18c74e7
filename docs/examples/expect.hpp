// SPDX-License-Identifier: MIT
// Ends an example that does not do what its page says of it.
#ifndef DOCS_EXAMPLES_EXPECT_HPP
#define DOCS_EXAMPLES_EXPECT_HPP

#include <cstdio>
#include <cstdlib>
#include <source_location>

inline void expect(bool holds, std::source_location where = std::source_location::current()) {
    if (holds) { return; }
    std::fprintf(stderr, "%s:%u: not as expected\n", where.file_name(), static_cast<unsigned>(where.line()));
    std::exit(1);
}

#endif
