// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/sink/setting.hpp>

#include <chrono>
#include <cstdint>
#include <stdlib.h>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using sonde::setting;
using sonde::tests::contains_text;

namespace {

constexpr setting some{"some_field", "SONDE_SOME_FIELD"};

// With the variable set so, or not at all.
template <class Read>
auto with(char const* value, Read&& read) {
    struct unset {
        ~unset() { ::unsetenv("SONDE_SOME_FIELD"); }
    } const afterwards;
    if (value != nullptr) { ::setenv("SONDE_SOME_FIELD", value, 1); }
    return read();
}

std::uint64_t number(char const* value) {
    return with(value, [] { return some.number({}, 7, 1, 100); });
}
std::chrono::milliseconds duration(char const* value) {
    return with(value, [] { return some.duration({}, 5s, 100ms, 1h); });
}

}  // namespace

TEST_CASE("what is given beats the environment, which beats the default") {
    CHECK(number(nullptr) == 7);
    CHECK(number("") == 7);
    CHECK(number("12") == 12);
    CHECK(with("12", [] { return some.number(13, 7, 1, 100); }) == 13);
    CHECK(with("there", [] { return some.text({}, "default"); }) == "there");
    CHECK(with("there", [] { return some.text("given", "default"); }) == "given");
    CHECK(with(nullptr, [] { return some.text({}, "default"); }) == "default");
    CHECK(with("1", [] { return some.flag(false, true); }) == false);
}

TEST_CASE("a number is a whole number within its bounds") {
    CHECK(number("1") == 1);
    CHECK(number("100") == 100);
    for (auto const* bad : {"0", "101", "-1", "+5", "5.0", "5 ", " 5", "0x5", "five", "99999999999999999999999"}) {
        CHECK_THROWS_WITH(
            number(bad), contains_text("sonde: SONDE_SOME_FIELD is \"" + std::string(bad) + "\": it must be 1 to 100"));
    }
    CHECK_THROWS_WITH(some.number(0, 7, 1, 100), contains_text("sonde: some_field is \"0\": it must be 1 to 100"));
}

TEST_CASE("a duration is in seconds, with up to three decimals") {
    CHECK(duration(nullptr) == 5s);
    CHECK(duration("5") == 5s);
    CHECK(duration("0.1") == 100ms);
    CHECK(duration(".25") == 250ms);
    CHECK(duration("1.") == 1s);
    CHECK(duration("12.345") == 12'345ms);
    CHECK(duration("3600") == 1h);
    for (auto const* bad : {"0.099", "3601", ".", "-1", "1.2345", "1,5", "1s", "1e3", "99999999999999999999999"}) {
        CHECK_THROWS_WITH(duration(bad), contains_text("SONDE_SOME_FIELD") && contains_text("0.1 to 3600 s"));
    }
    CHECK_THROWS_WITH(some.duration(50ms, 5s, 100ms, 1h),
                      contains_text("some_field is \"0.05 s\": it must be 0.1 to 3600 s"));
    CHECK_THROWS_WITH(some.duration(-1500ms, 5s, 100ms, 1h), contains_text("\"-1.5 s\""));
}

TEST_CASE("a flag is yes or no in some words") {
    for (auto const* yes : {"1", "true", "YES", "On"}) {
        CHECK(with(yes, [] { return some.flag({}, false); }));
    }
    for (auto const* no : {"0", "False", "no", "OFF"}) {
        CHECK_FALSE(with(no, [] { return some.flag({}, true); }));
    }
    CHECK_THROWS_WITH(with("2", [] { return some.flag({}, true); }), contains_text("SONDE_SOME_FIELD is \"2\""));
}

TEST_CASE("a list has commas between its items") {
    auto const list = [](char const* value) { return with(value, [] { return some.list({}); }); };
    using items = std::vector<std::string>;
    CHECK(list(nullptr).empty());
    CHECK(list(" , ,") == items{});
    CHECK(list("a") == items{"a"});
    CHECK(list(" a b , c,") == items{"a b", "c"});
    CHECK(with("a", [] { return some.list({"given"}); }) == items{"given"});
}
