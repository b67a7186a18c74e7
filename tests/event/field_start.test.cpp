// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/capture_field.hpp>
#include <sonde/event/field_start.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sonde::section;

// By a start made beforehand, and by its key: they must come to the same.
template <std::size_t KeySize, class Value>
void check_same(std::string_view key, Value const& value) {
    static_assert(KeySize <= sonde::fields::max_key_bytes);
    sonde::field_start_bytes<KeySize> const start(section::output, false, key);
    sonde::value_buffer made, written;
    sonde::capture_field(made, start.view(), 1000, value);
    REQUIRE(sonde::capture_field(written, section::output, key, false, 1000, value));
    sonde::fields const one(made.data(), made.size(), section::output),
        other(written.data(), written.size(), section::output);
    REQUIRE(made.size() == written.size());
    REQUIRE(one.begin() != one.end());
    CHECK(one.begin()->key == key);
    CHECK(std::string_view(reinterpret_cast<char const*>(one.begin()->data), one.begin()->size) ==
          std::string_view(reinterpret_cast<char const*>(other.begin()->data), other.begin()->size));
    CHECK(++one.begin() == one.end());
}

template <std::size_t KeySize>
void check_key() {
    std::string const key(KeySize, 'k');
    check_same<KeySize>(key, true);
    check_same<KeySize>(key, -7);
    check_same<KeySize>(key, UINT64_MAX);
    check_same<KeySize>(key, 1.5F);
    check_same<KeySize>(key, 0.1);
    check_same<KeySize>(key, std::string("text"));
    check_same<KeySize>(key, std::string(2000, 'x'));  // over the limit
    check_same<KeySize>(key, std::vector<int>{1, 2, 3});
}

}  // namespace

TEST_CASE("a field is the same whether its beginning was made beforehand or not") {
    check_key<0>();
    check_key<1>();
    check_key<7>();
    check_key<8>();  // with the header one whole piece
    check_key<9>();
    check_key<24>();
    check_key<25>();
    check_key<300>();
}

TEST_CASE("fields with beginnings made beforehand fit also where the buffer has to grow") {
    sonde::field_start_bytes<40> const start(section::input, false, std::string(40, 'k'));
    sonde::value_buffer buffer;
    for (int i = 0; i < 100; ++i) {
        sonde::capture_field(buffer, start.view(), 1000, i);
        sonde::capture_field(buffer, start.view(), 1000, std::to_string(i));
    }
    int count = 0;
    for (auto const& each : sonde::fields(buffer.data(), buffer.size(), section::input)) {
        CHECK(each.key.size() == 40);
        ++count;
    }
    CHECK(count == 200);
}

TEST_CASE("a beginning tells whether its key can stand in JSON as it is") {
    auto const plain = [](auto const& start) {
        sonde::value_buffer buffer;
        sonde::capture_field(buffer, start.view(), 1000, 1);
        return sonde::fields(buffer.data(), buffer.size(), section::input).begin()->plain_key;
    };
    CHECK(plain(sonde::field_start_bytes<5>(section::input, false, "plain")));
    CHECK_FALSE(plain(sonde::field_start_bytes<5>(section::input, false, "qu\"te")));
    CHECK_FALSE(plain(sonde::field_start_bytes<5>(section::input, false, "b\\ck ")));
    CHECK_FALSE(plain(sonde::field_start_bytes<5>(section::input, false, "new\nl")));
    CHECK_FALSE(plain(sonde::field_start_bytes<5>(section::input, false, "\xC3\xA9tat")));
}
