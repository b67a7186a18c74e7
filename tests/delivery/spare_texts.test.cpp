// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/spare_texts.hpp>

#include <optional>
#include <string>
#include <thread>
#include <vector>

using loan = sonde::spare_texts::loan;

TEST_CASE("a string that was given back is lent again, empty, with its room") {
    sonde::spare_texts texts;
    void const* first = nullptr;
    {
        loan const text(texts);
        (*text).assign(1000, 'x');
        first = (*text).data();
    }
    loan const text(texts);
    CHECK((*text).empty());
    CHECK((*text).data() == first);
    loan const other(texts);
    CHECK(&*other != &*text);
}

TEST_CASE("as many can be lent as are wanted, and a few are kept") {
    sonde::spare_texts texts;
    {
        std::vector<std::optional<loan>> many(20);
        for (auto& each : many) {
            each.emplace(texts);
            (**each).assign(100, 'x');
        }
    }
    int with_room = 0;
    std::vector<std::optional<loan>> many(20);
    for (auto& each : many) {
        each.emplace(texts);
        with_room += (**each).capacity() >= 100;
    }
    CHECK(with_room == 4);
}

TEST_CASE("a string that has grown very large is not kept") {
    sonde::spare_texts texts;
    { (*loan(texts)).assign(300'000, 'x'); }
    loan const text(texts);
    CHECK((*text).capacity() < 300'000);
}

TEST_CASE("threads never share a string") {
    sonde::spare_texts texts;
    std::vector<std::thread> threads;
    std::vector<int> wrong(8);
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 5000; ++n) {
                loan const text(texts);
                if (!(*text).empty()) { ++wrong[i]; }
                (*text).assign(50, static_cast<char>('a' + i));
                if (*text != std::string(50, static_cast<char>('a' + i))) { ++wrong[i]; }
            }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(wrong == std::vector<int>(8));
}
