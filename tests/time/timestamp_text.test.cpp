// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/time/timestamp_text.hpp>

#include <cstdint>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace {

constexpr std::int64_t second = 1'000'000'000;

constexpr bool reads(std::int64_t nanoseconds, std::string_view text) {
    return sonde::to_text(sonde::timestamp{nanoseconds}).view() == text;
}

constexpr bool known_moments() {
    return reads(0, "1970-01-01T00:00:00.000000Z") && reads(-1, "1969-12-31T23:59:59.999999Z") &&
           reads(1'792'152'000 * second + 123'456'789, "2026-10-16T12:00:00.123456Z") &&
           reads(951'782'400 * second, "2000-02-29T00:00:00.000000Z") &&
           reads(951'868'800 * second - 1000, "2000-02-29T23:59:59.999999Z") &&
           reads(4'107'542'400 * second, "2100-03-01T00:00:00.000000Z") &&
           reads((std::numeric_limits<std::int64_t>::max)(), "2262-04-11T23:47:16.854775Z") &&
           reads((std::numeric_limits<std::int64_t>::min)(), "1677-09-21T00:12:43.145224Z");
}
static_assert(known_moments());

}  // namespace

TEST_CASE("known moments have their text") { CHECK(known_moments()); }

TEST_CASE("every day of three centuries reads as the C library has it") {
    for (std::int64_t day = -40'000; day < 100'000; ++day) {
        auto const moment = static_cast<std::time_t>(day * 86'400 + (day * 7919) % 86'400);
        std::tm parts{};
        ::gmtime_r(&moment, &parts);
        char expected[32];
        std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.000000Z", &parts);
        if (!reads(moment * second, expected)) {
            INFO(expected);
            CHECK(std::string(sonde::to_text(sonde::timestamp{moment * second}).view()) == expected);
        }
    }
}

TEST_CASE("moments written one after another read as each alone") {
    std::mt19937_64 random(3);
    sonde::timestamp_writer writer;
    std::int64_t moment = 0;
    auto const check = [&] {
        char text[27];
        REQUIRE(writer.write(text, {moment}) == text + sizeof text);
        REQUIRE(std::string_view(text, sizeof text) == sonde::to_text(sonde::timestamp{moment}).view());
    };
    // The first second there is and the last are next to each other, modulo 2^64.
    for (auto const edge : {std::numeric_limits<std::int64_t>::min() + 100'000'000,
                            std::numeric_limits<std::int64_t>::max() - 300'000'000,
                            std::numeric_limits<std::int64_t>::min() + 1, std::int64_t{-1}, std::int64_t{0}}) {
        moment = edge;
        check();
    }
    for (int i = 0; i < 20'000; ++i) {
        switch (random() % 4) {
        case 0:
            moment = static_cast<std::int64_t>(random());  // anywhere
            break;
        case 1:
            moment = std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(random() % 2'000'000'000);
            break;
        default:
            moment += moment < 0 ? static_cast<std::int64_t>(random() % 700'000'000)
                                 : -static_cast<std::int64_t>(random() % 700'000'000);
        }
        check();
    }
}
