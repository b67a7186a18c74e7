// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/context/shared.hpp>

#include <thread>
#include <utility>
#include <vector>

namespace {
struct counted {
    int* alive;
    explicit counted(int* count) : alive(count) { ++*alive; }
    counted(counted const&) = delete;
    ~counted() { --*alive; }
};
}  // namespace

TEST_CASE("the last owner destroys the object") {
    int alive = 0;
    {
        auto first = sonde::shared<counted>::make(&alive);
        auto second = first;
        CHECK(first == second);
        first = nullptr;
        CHECK(!first);
        CHECK(first.get() == nullptr);
        CHECK(alive == 1);
        auto third = std::move(second);
        CHECK(third->alive == &alive);
        CHECK(alive == 1);
        third = sonde::shared<counted>::make(&alive);
        second = third;
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
}

TEST_CASE("owners on several threads count right") {
    int alive = 0;
    {
        auto const object = sonde::shared<counted>::make(&alive);
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([object] {
                for (int i = 0; i < 10'000; ++i) {
                    auto const copy = object;
                    if (copy.get() == nullptr) { std::terminate(); }
                }
            });
        }
        for (auto& thread : threads) { thread.join(); }
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
}
