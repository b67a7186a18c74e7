// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/value_buffer.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using sonde::value_buffer;

namespace {
std::string_view text_of(value_buffer const& buffer) {
    return {reinterpret_cast<char const*>(buffer.data()), buffer.size()};
}
}  // namespace

TEST_CASE("a buffer keeps what it is given, beyond what it has room for inside") {
    value_buffer buffer;
    std::string expected;
    CHECK(buffer.size() == 0);
    for (std::size_t size : {0U, 1U, 510U, 1U, 1U, 511U, 5000U, 100'000U}) {
        std::string const piece(size, static_cast<char>('a' + size % 26));
        CHECK(buffer.append(piece.data(), piece.size()));
        expected += piece;
        REQUIRE((text_of(buffer) == expected));
    }
    buffer.shrink(3);
    CHECK(text_of(buffer) == expected.substr(0, 3));
}

TEST_CASE("a buffer refuses what is over its bound, and keeps what it has") {
    value_buffer buffer;
    CHECK(buffer.append("kept", 4));
    CHECK(buffer.extend(value_buffer::max_bytes) == nullptr);
    CHECK(buffer.extend(~std::size_t{0}) == nullptr);
    CHECK(buffer.extend(~std::size_t{0} - 4) == nullptr);
    CHECK(text_of(buffer) == "kept");
    CHECK(buffer.append("!", 1));
    CHECK(text_of(buffer) == "kept!");
}
