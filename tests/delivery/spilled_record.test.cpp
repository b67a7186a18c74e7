// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/spilled_record.hpp>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

TEST_CASE("a budget gives out what it has, and no more") {
    sonde::spill_budget budget(100);
    CHECK(budget.take(60));
    CHECK_FALSE(budget.take(41));
    CHECK(budget.used() == 60);
    CHECK(budget.take(40));
    CHECK_FALSE(budget.take(1));
    budget.give_back(99);
    CHECK_FALSE(budget.take(100));
    CHECK_FALSE(budget.take(~std::size_t{0}));
    CHECK(budget.used() == 1);
    budget.give_back(1);
    CHECK(budget.take(101));  // alone
    CHECK_FALSE(budget.take(1));
    budget.start_afresh();
    CHECK(budget.take(100));
}

TEST_CASE("several threads never have more of a budget than there is") {
    sonde::spill_budget budget(64);
    std::atomic<std::size_t> had{0}, most{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20'000; ++i) {
                if (!budget.take(24)) { continue; }
                auto const now = had += 24;
                for (auto seen = most.load(); now > seen && !most.compare_exchange_weak(seen, now);) {}
                had -= 24;
                budget.give_back(24);
            }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(most <= 64);
    CHECK(most > 0);
    CHECK(budget.used() == 0);
}

TEST_CASE("a record beside the ring is found by what stands in it, and freed once") {
    sonde::spill_budget budget(1000);
    auto const spilled = sonde::spilled_record::of(600, budget);
    REQUIRE(spilled.data != nullptr);
    CHECK(sonde::spilled_record::of(600, budget).data == nullptr);
    sonde::ring::record const record{reinterpret_cast<unsigned char const*>(&spilled), sizeof spilled};
    CHECK(sonde::form_of(record) == sonde::delivery_impl::record_form::spilled);
    CHECK(sonde::spilled_record::in(record).data == spilled.data);
    CHECK(sonde::spilled_record::in(record).size == 600);
    sonde::free_spilled(record);
    CHECK(budget.used() == 0);
    unsigned char const other[sizeof spilled] = {};  // of another form: there is nothing to free
    sonde::free_spilled({other, sizeof other});
    CHECK(budget.used() == 0);
}
