// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/wakeup.hpp>

#include <atomic>
#include <chrono>
#include <thread>

using namespace std::chrono_literals;

TEST_CASE("a wait ends with its deadline") {
    sonde::wakeup bell;
    CHECK_FALSE(bell.wait(0ms));
    auto const before = std::chrono::steady_clock::now();
    CHECK_FALSE(bell.wait(20ms));
    CHECK(std::chrono::steady_clock::now() - before >= 20ms);
}

TEST_CASE("a wake-up that nobody waited for ends the next wait, once") {
    sonde::wakeup bell;
    bell.wake();
    bell.wake();
    CHECK(bell.wait(0ms));
    CHECK_FALSE(bell.wait(0ms));
}

TEST_CASE("no wake-up is lost, and what was done before is seen") {
    sonde::wakeup ping, pong;
    constexpr int rounds = 20'000;
    int shared = 0;  // handed to and fro: no atomic
    std::thread other([&] {
        for (int i = 0; i < rounds; ++i) {
            if (!ping.wait(1h)) { return; }
            ++shared;
            pong.wake();
        }
    });
    bool right = true;
    for (int i = 0; i < rounds && right; ++i) {
        ++shared;
        ping.wake();
        right = pong.wait(1h) && shared == 2 * (i + 1);
    }
    other.join();
    CHECK(right);
}

TEST_CASE("many threads wake one") {
    sonde::wakeup bell;
    std::atomic<int> posted{0};
    auto const post = [&] {
        for (int i = 0; i < 5'000; ++i) {
            posted.fetch_add(1, std::memory_order_relaxed);
            bell.wake();
        }
    };
    std::thread one(post), two(post);
    while (posted.load(std::memory_order_relaxed) < 10'000) { CHECK(bell.wait(1h)); }
    one.join();
    two.join();
}
