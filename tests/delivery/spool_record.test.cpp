// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/spool_record.hpp>

#include <cstddef>
#include <string_view>

using sonde::spool_record;

namespace {
constexpr spool_record example{
    .length = 0x0102'0304 >> 4, .text_sum = 0xF0E0'D0C0, .events = 7, .key = {0x1122'3344'5566'7788, 9}};

constexpr bool round_trip() {
    spool_record found;
    return found.read(example.written()) && found.length == example.length && found.text_sum == example.text_sum &&
           found.events == 7 && found.key == example.key && !found.is_replayed && found.size() == 48 + example.length;
}
static_assert(round_trip());
}  // namespace

TEST_CASE("a head says what was written") { CHECK(round_trip()); }

// Files outlive the program that wrote them: this layout stays as it is, or gets another name than SSP1.
TEST_CASE("the layout of a head is fixed") {
    auto const head = example.written();
    CHECK(std::string_view(head.data(), 8) == std::string_view("SSP1w\0\0\0", 8));
    CHECK(std::string_view(head.data() + 12, 12) == std::string_view("\xC0\xD0\xE0\xF0\x30\x20\x10\0\0\0\0\0", 12));
    CHECK(std::string_view(head.data() + 24, 16) ==
          std::string_view("\7\0\0\0\0\0\0\0\x88\x77\x66\x55\x44\x33\x22\x11", 16));
}

TEST_CASE("a head in which a byte is wrong is none, except for the state") {
    for (std::size_t at = 0; at < spool_record::head_size; ++at) {
        auto head = example.written();
        head[at] = static_cast<char>(head[at] ^ 0x10);
        spool_record found;
        CHECK(found.read(head) == (at >= 4 && at < 8));
    }
    auto head = example.written();
    head[spool_record::state_offset] = spool_record::replayed;
    spool_record found;
    CHECK(found.read(head));
    CHECK(found.is_replayed);
}

TEST_CASE("a length that no batch has is not believed") {
    spool_record found, longest = example;
    longest.length = spool_record::most_text;
    CHECK(found.read(longest.written()));
    ++longest.length;
    CHECK_FALSE(found.read(longest.written()));
}
