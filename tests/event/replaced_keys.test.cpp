// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/replaced_keys.hpp>

#include <cstddef>
#include <string>

using sonde::event_impl::replaced_keys;

TEST_CASE("keys that are written alike are noticed, and no others") {
    replaced_keys keys;
    CHECK(keys.add("a"));
    CHECK(keys.add("a"));  // a map has it once
    CHECK(keys.add("\xC3\xA4"));
    CHECK(keys.add("a\xFF"));
    CHECK(keys.add("a\xFF\xFF"));
    CHECK(keys.add("\xFF"
                   "a"));
    CHECK_FALSE(keys.add("a\xFE"));
    CHECK_FALSE(keys.add("a\xEF\xBF\xBD"));
    CHECK(keys.add("b\xEF\xBF\xBD"));
    CHECK_FALSE(keys.add("b\x80"));
}

TEST_CASE("with too many to remember, no more are taken for different") {
    replaced_keys keys;
    for (std::size_t i = 0; i < replaced_keys::remembered; ++i) { CHECK(keys.add(std::string(i, 'x') + "\xFF")); }
    CHECK(keys.add("plain"));
    CHECK_FALSE(keys.add("other\xFF"));
}
