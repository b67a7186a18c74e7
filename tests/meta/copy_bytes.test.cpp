// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/meta/copy_bytes.hpp>

#include <cstddef>
#include <string>

TEST_CASE("copy_bytes copies that many, and touches no more") {
    for (std::size_t size = 0; size <= 80; ++size) {
        std::string from(size, '\0');
        for (std::size_t i = 0; i < size; ++i) { from[i] = static_cast<char>('a' + i % 26); }
        std::string out(size + 2, '#');
        auto* const begin = reinterpret_cast<unsigned char*>(out.data());
        REQUIRE(sonde::meta::copy_bytes(begin + 1, from.data(), size) == begin + 1 + size);
        REQUIRE(out == '#' + from + '#');
    }
    CHECK(sonde::meta::copy_bytes(nullptr, nullptr, 0) == nullptr);
}
