// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/counters.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

TEST_CASE("drops are counted by reason, and are a number") {
    sonde::drop_counts drops{
        .queue_full = 1, .after_shutdown = 2, .transport_failed = 3, .encoding_failed = 4, .spool_lost = 5};
    std::uint64_t const total = drops;
    CHECK(total == 15);
    CHECK(drops.total() == 15);
    CHECK(drops == 15);
    drops += {.transport_failed = 5, .spool_lost = 1};
    CHECK(drops.transport_failed == 8);
    CHECK(drops.spool_lost == 6);
    sonde::stats const counts{.accepted = 22, .delivered = 1, .dropped = drops};
    CHECK(counts.accepted == counts.delivered + counts.rejected + counts.dropped + counts.spooled + counts.queued);
}

TEST_CASE("stats add up member by member, and so does the law") {
    sonde::stats const one{.accepted = 28,
                           .delivered = 2,
                           .rejected = 3,
                           .dropped = {1, 1, 1, 1},
                           .spooled = 5,
                           .queued = 14,
                           .queued_high_water = 6,
                           .retries = 7,
                           .batches = 8,
                           .bytes = 9,
                           .internal_errors = 10};
    auto sum = one;
    sum += one;
    CHECK(sum.accepted == 56);
    CHECK(sum.accepted == sum.delivered + sum.rejected + sum.dropped + sum.spooled + sum.queued);
    CHECK(sum.queued_high_water == 12);
    CHECK(sum.retries == 14);
    CHECK(sum.batches == 16);
    CHECK(sum.bytes == 18);
    CHECK(sum.internal_errors == 20);
    CHECK(sonde::report_of(sum) ==
          sonde::delivery_report{.delivered = 4, .spooled = 10, .dropped = 8, .rejected = 6, .still_queued = 28});
    auto report = sonde::report_of(one);
    report += sonde::report_of(one);
    CHECK(report == sonde::report_of(sum));
}

TEST_CASE("each count is read where it was counted") {
    sonde::counters counts;
    counts.accepted.add(100);
    counts.after_shutdown.add(1);
    counts.encoding_failed.add(2);
    counts.queue_full.add(3);
    counts.delivered.add(4);
    counts.rejected.add(5);
    counts.transport_failed.add(6);
    counts.spooled.add(9);
    counts.spooled.set(7);
    counts.spool_lost.add(12);
    counts.retries.add(8);
    counts.batches.add(9);
    counts.bytes.add(10);
    counts.internal_errors.add(11);
    auto const seen = counts.read();
    CHECK(seen.accepted == 100);
    CHECK(seen.dropped.after_shutdown == 1);
    CHECK(seen.dropped.encoding_failed == 2);
    CHECK(seen.dropped.queue_full == 3);
    CHECK(seen.delivered == 4);
    CHECK(seen.rejected == 5);
    CHECK(seen.dropped.transport_failed == 6);
    CHECK(seen.dropped.spool_lost == 12);
    CHECK(seen.spooled == 7);
    CHECK(seen.retries == 8);
    CHECK(seen.batches == 9);
    CHECK(seen.bytes == 10);
    CHECK(seen.internal_errors == 11);
    CHECK(seen.queued == 100 - 40);
    counts.reset();
    CHECK(counts.read().accepted == 0);
    CHECK(counts.read().bytes == 0);
}

TEST_CASE("no reading shows more outcomes than events, however many threads count") {
    sonde::counters counts;
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50'000; ++n) {
                counts.accepted.add();
                (n % 2 == 0 ? counts.delivered : counts.transport_failed).add();
            }
        });
    }
    std::thread reader([&] {
        while (!stop) {
            auto const seen = counts.read();
            if (seen.queued > seen.accepted) { stop = true; }  // below zero
        }
    });
    for (auto& each : threads) { each.join(); }
    CHECK_FALSE(stop.exchange(true));
    reader.join();
    CHECK(counts.read().queued == 0);
    CHECK(counts.read().accepted == 150'000);
}
