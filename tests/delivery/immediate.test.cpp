// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/scripted_transport.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/immediate.hpp>
#include <sonde/transport/transport_error.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;
using sonde::tests::failed;
using sonde::tests::law;
using sonde::tests::order_created;
using sonde::tests::place;
using sonde::tests::scripted;

namespace {

struct throwing_codec {
    std::size_t max_value_bytes = 100;
    template <class Event>
    void encode(Event const&, sonde::envelope const&, std::string&) const {
        throw std::bad_alloc();
    }
};

using line = sonde::immediate::line<sonde::json_lines, scripted>;

}  // namespace

TEST_CASE("an event has arrived when accept returns") {
    place where;
    line delivery({}, scripted(where), {});
    delivery.accept(order_created{"o", 1}, {});
    CHECK(where.arrived.size() > 100);
    CHECK(where.arrived.back() == '\n');
    auto const counts = delivery.stats();
    CHECK(counts.accepted == 1);
    CHECK(counts.delivered == 1);
    CHECK(counts.batches == 1);
    CHECK(counts.bytes == where.arrived.size());
    CHECK(counts.queued == 0);
    CHECK(law(counts));
}

TEST_CASE("what does not arrive is counted by what became of it") {
    place where;
    where.answers = {failed("write", 28),
                     {.outcome = sonde::transport_outcome::rejected, .problem = "post", .cause = 400},
                     {.taken = 5}};
    line delivery({}, scripted(where), {});
    for (int i = 0; i < 3; ++i) { delivery.accept(order_created{}, {}); }
    delivery.shutdown(1s);
    delivery.accept(order_created{}, {});
    auto const counts = delivery.stats();
    CHECK(counts.accepted == 4);
    CHECK(counts.dropped.transport_failed == 1);
    CHECK(counts.rejected == 1);
    CHECK(counts.delivered == 1);
    CHECK(counts.dropped.after_shutdown == 1);
    CHECK(where.sent == 3);
    CHECK(law(counts));
    CHECK(delivery.flush(0s) == sonde::delivery_report{.delivered = 1, .dropped = 2, .rejected = 1});
}

TEST_CASE("a problem is told of when it begins and when it changes") {
    place where;
    where.answers = {failed("open", 2),
                     failed("open", 2),
                     failed("write", 28),
                     failed("write", 28),
                     {},
                     failed("write", 28),
                     {},
                     {}};
    std::vector<std::string> told;
    line delivery({}, scripted(where), [&](sonde::exception const& error) {
        CHECK(dynamic_cast<sonde::transport_error const*>(&error) != nullptr);
        told.emplace_back(error.what());
    });
    for (std::size_t i = 0; i < where.answers.size(); ++i) { delivery.accept(order_created{}, {}); }
    CHECK(told == std::vector<std::string>{"open 2", "write 28", "write 28"});
    CHECK(delivery.stats().internal_errors == 0);
}

TEST_CASE("a problem on opening is told of at once, and is not news with the first event") {
    place where;
    where.opening = failed("open", 2);
    where.answers = {failed("open", 2)};
    int told = 0;
    line delivery({}, scripted(where), [&](sonde::exception const&) { ++told; });
    CHECK(told == 1);
    delivery.accept(order_created{}, {});
    CHECK(told == 1);
}

TEST_CASE("a problem that comes with a success is told of, and the event delivered") {
    place where;
    where.answers = {{.taken = 5, .problem = "rotate", .cause = 13}};
    int told = 0;
    line delivery({}, scripted(where), [&](sonde::exception const&) { ++told; });
    delivery.accept(order_created{}, {});
    CHECK(told == 1);
    CHECK(delivery.stats().delivered == 1);
}

TEST_CASE("an error handler that throws is counted") {
    place where;
    where.answers = {failed("write", 28)};
    line delivery({}, scripted(where), [](sonde::exception const&) { throw std::runtime_error("handler"); });
    delivery.accept(order_created{}, {});
    CHECK(delivery.stats().internal_errors == 1);
    delivery.report(sonde::exception("from elsewhere"));
    CHECK(delivery.stats().internal_errors == 3);  // the error, and the handler's own
}

TEST_CASE("an error handler may emit") {
    place where;
    where.answers = {failed("write", 28), failed("write", 28), failed("write", 5)};
    line* self = nullptr;
    line delivery({}, scripted(where), [&](sonde::exception const&) {
        if (self != nullptr) { self->accept(order_created{}, {}); }
    });
    self = &delivery;
    delivery.accept(order_created{}, {});
    CHECK(where.sent == 2);  // the second failed as the first did, so nobody was told again
    CHECK(law(delivery.stats()));
}

TEST_CASE("an event that can't be encoded is counted, and told of") {
    place where;
    int told = 0;
    sonde::immediate::line<throwing_codec, scripted> delivery({}, scripted(where),
                                                              [&](sonde::exception const&) { ++told; });
    delivery.accept(order_created{}, {});
    CHECK(delivery.stats().dropped.encoding_failed == 1);
    CHECK(delivery.stats().internal_errors == 1);
    CHECK(told == 1);
    CHECK(where.sent == 0);
    CHECK(law(delivery.stats()));
}

TEST_CASE("a transport is used by one thread at a time, and no event is lost") {
    place where;
    line delivery({}, scripted(where), {});
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 500; ++n) { delivery.accept(order_created{"x", 1}, {}); }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK_FALSE(where.overlapped);
    CHECK(where.sent == 4000);
    CHECK(delivery.stats().delivered == 4000);
    CHECK(law(delivery.stats()));
}

TEST_CASE("flush waits for the events of other threads, as long as it may") {
    place where;
    std::atomic<bool> go_on{false};
    where.hold = &go_on;
    line delivery({}, scripted(where), {});
    std::thread other([&] { delivery.accept(order_created{}, {}); });
    while (!where.waiting) { sonde::delivery_impl::let_others_run(); }
    CHECK(delivery.flush(0s).still_queued == 1);
    CHECK(delivery.flush(1ms).still_queued == 1);
    CHECK(delivery.stats().queued == 1);
    CHECK(law(delivery.stats()));
    std::thread later([&] { go_on = true; });
    auto const report = delivery.flush(1h);
    CHECK(report.delivered == 1);
    CHECK(report.still_queued == 0);
    later.join();
    other.join();
}

TEST_CASE("a child starts with nothing, even if another thread was sending when it was forked") {
    place where;
    std::atomic<bool> go_on{false};
    where.hold = &go_on;
    line delivery({}, scripted(where), {});
    std::thread other([&] { delivery.accept(order_created{}, {}); });
    while (!where.waiting) { sonde::delivery_impl::let_others_run(); }

    auto const child = ::fork();
    if (child == 0) {
        ::alarm(60);  // instead of hanging
        where.hold = nullptr;
        auto const before = delivery.stats();
        delivery.accept(order_created{}, {});
        auto const after = delivery.shutdown(1s);
        ::_exit(before.accepted == 0 && law(before) && after.delivered == 1 && after.still_queued == 0 ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    go_on = true;
    other.join();
    CHECK(delivery.stats().accepted == 1);
    CHECK(delivery.stats().delivered == 1);
}

TEST_CASE("one that was not used yet can be moved") {
    place where;
    where.opening = failed("open", 2);
    where.answers = {failed("open", 2), {}};
    int told = 0;
    line first({}, scripted(where), [&](sonde::exception const&) { ++told; });
    line second = std::move(first);
    second.accept(order_created{}, {});
    second.accept(order_created{}, {});
    CHECK(second.stats().delivered == 1);
    CHECK(told == 1);  // what was told of before it moved is no news
}
