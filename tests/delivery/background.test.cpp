// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/scripted_transport.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/background.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <signal.h>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;
using sonde::tests::failed;
using sonde::tests::json;
using sonde::tests::law;
using sonde::tests::order_created;
using sonde::tests::place;
using sonde::tests::scripted;

namespace {

template <class Overflow = sonde::drop_newest>
using line = sonde::background<Overflow>::template line<sonde::json_lines, scripted>;

// Which nothing but a flush, a full batch, a full queue or its interval makes deliver.
constexpr sonde::batching at_leisure{.flush_interval = 1h, .queue_bytes = 1 << 20};

// Bounded, so that a mistake ends the test.
bool comes_true(std::function<bool()> const& what) {
    auto const until = std::chrono::steady_clock::now() + 30s;
    while (!what()) {
        if (std::chrono::steady_clock::now() > until) { return false; }
        std::this_thread::yield();
    }
    return true;
}

template <class Line>
void emit(Line& delivery, int thread, int number, std::string const& more = {}) {
    delivery.accept(order_created{std::to_string(thread) + more, static_cast<double>(number)}, {});
}

// The numbers that arrived, by thread.
std::map<std::string, std::vector<int>> arrived(place const& where) {
    std::map<std::string, std::vector<int>> numbers;
    std::istringstream lines(where.arrived);
    for (std::string text; std::getline(lines, text);) {
        auto const event = json::parse(text);
        if (event["event_type"] == "sonde.dropped") { continue; }
        numbers[event["input_data"]["order_id"].get<std::string>()].push_back(event["input_data"]["amount"].get<int>());
    }
    return numbers;
}

struct plain {
    std::size_t max_value_bytes = 100;
    void encode(sonde::event auto const&, sonde::envelope const& from, std::string& out) const {
        out.append(from.event_type).append("\n");
    }
};

std::uint64_t number_after(char const* file, std::string_view label) {
    std::ifstream lines(file);
    for (std::string text; std::getline(lines, text);) {
        if (text.starts_with(label)) { return std::stoull(text.substr(label.size() + 1)); }
    }
    return 0;
}

}  // namespace

TEST_CASE("what was accepted before a flush has arrived after it, in order") {
    place where;
    line<> delivery({}, scripted(where), {}, at_leisure);
    for (int i = 0; i < 1000; ++i) { emit(delivery, 0, i); }
    auto const report = delivery.flush(30s);
    CHECK(report == sonde::delivery_report{.delivered = 1000});
    auto const numbers = arrived(where)["0"];
    REQUIRE(numbers.size() == 1000);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    auto const counts = delivery.stats();
    CHECK(law(counts));
    CHECK(counts.bytes == where.arrived.size());
    CHECK(counts.queued_high_water > 0);
    CHECK_FALSE(where.overlapped);
}

TEST_CASE("a flush covers what the outbox had no room for yet") {
    place where;
    where.answers = {failed("not now", 5)};  // so that batches pile up until it is tried again
    auto plan = at_leisure;
    plan.batch_bytes = 4 << 10;
    plan.outbox_bytes = 32 << 10;
    plan.retry_attempts = 1;
    line<> delivery({}, scripted(where), {}, plan);
    for (int i = 0; i < 1000; ++i) { emit(delivery, 0, i); }
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 1000});
    CHECK(where.arrived.size() > plan.outbox_bytes);
}

TEST_CASE("a flush covers also what waits in a queue for room among the batches") {
    place where;
    auto plan = at_leisure;
    SECTION("of which there are many") { plan.batch_size = 2; }
    SECTION("of which one alone takes all") {}
    plan.outbox_bytes = 4096;
    line<> delivery({}, scripted(where), {}, plan);
    for (int i = 0; i < 1000; ++i) { emit(delivery, 0, i); }
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 1000});
    CHECK(where.events == 1000);
}

TEST_CASE("a batch that alone takes all the memory there is for them is sent") {
    place where;
    auto plan = at_leisure;
    plan.outbox_bytes = 4096;  // and a batch may have more
    line<> delivery({}, scripted(where), {}, plan);
    for (int i = 0; i < 20'000; ++i) { emit(delivery, 0, i); }  // more than half of the queue: someone wakes the worker
    CHECK(comes_true([&] { return where.events > 1000; }));
}

TEST_CASE("events of several threads arrive in the order of each") {
    place where;
    line<> delivery({}, scripted(where), {}, {.queue_bytes = 1 << 20});
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 500; ++i) { emit(delivery, thread, i); }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(delivery.shutdown(30s) == sonde::delivery_report{.delivered = 4000});
    auto const numbers = arrived(where);
    CHECK(numbers.size() == 8);
    for (auto const& [thread, each] : numbers) {
        CHECK(each.size() == 500);
        CHECK(std::is_sorted(each.begin(), each.end()));
    }
    CHECK(law(delivery.stats()));
}

TEST_CASE("there is no thread before the first event") {
    place where;
    auto const before = number_after("/proc/self/status", "Threads:");
    {
        line<> delivery({}, scripted(where), {}, at_leisure);
        CHECK(delivery.flush(1s) == sonde::delivery_report{});
        CHECK(number_after("/proc/self/status", "Threads:") == before);
        emit(delivery, 0, 0);
        CHECK(number_after("/proc/self/status", "Threads:") == before + 1);
    }
    CHECK(where.events == 1);
    CHECK(number_after("/proc/self/status", "Threads:") == before);
}

TEST_CASE("a full batch is sent without a flush, also when no thread alone has filled it") {
    place where;
    auto plan = at_leisure;
    plan.batch_size = 10;
    line<> delivery({}, scripted(where), {}, plan);
    for (int i = 0; i < 25; ++i) { emit(delivery, 0, i); }
    CHECK(comes_true([&] { return where.events >= 20; }));
    delivery.flush(30s);
    CHECK(where.events == 25);
    CHECK(where.sent == 3);

    std::vector<std::thread> threads;
    std::atomic<int> ready{0};
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 4; ++i) { emit(delivery, thread, i); }
            ++ready;
            comes_true([&] { return where.events >= 25 + 10; });  // alive meanwhile
        });
    }
    CHECK(comes_true([&] { return where.events >= 25 + 10; }));
    for (auto& each : threads) { each.join(); }
    CHECK(delivery.shutdown(30s).delivered == 25 + 16);
}

TEST_CASE("a batch that is not full is sent when the interval is over") {
    place where;
    line<> delivery({}, scripted(where), {}, {.batch_size = 1000, .flush_interval = 20ms});
    for (std::size_t round = 1; round <= 3; ++round) {
        emit(delivery, 0, 0);
        CHECK(comes_true([&] { return where.events == round; }));
    }
}

TEST_CASE("events are delivered after the queue has been idle for long") {
    place where;
    line<> delivery({}, scripted(where), {}, {.flush_interval = 1ms});
    for (std::size_t round = 1; round <= 20; ++round) {
        emit(delivery, 0, 0);
        CHECK(comes_true([&] { return where.events == round; }));
        auto const rested = std::chrono::steady_clock::now() + 25ms;  // many intervals
        CHECK(comes_true([&] { return std::chrono::steady_clock::now() > rested; }));
    }
}

TEST_CASE("a batch has no more bytes than it may") {
    place where;
    auto plan = at_leisure;
    plan.batch_bytes = 5000;
    std::size_t most = 0;
    struct measuring : scripted {
        std::size_t* most;
        measuring(place& to, std::size_t* out) : scripted(to), most(out) {}
        sonde::transport_result send(std::string_view bytes) noexcept {
            *most = (std::max)(*most, bytes.size());
            return scripted::send(bytes);
        }
    };
    sonde::background<>::line<sonde::json_lines, measuring> delivery({}, measuring(where, &most), {}, plan);
    for (int i = 0; i < 100; ++i) { emit(delivery, 0, i, std::string(static_cast<std::size_t>(i) * 7, 'x')); }
    CHECK(delivery.flush(30s).delivered == 100);
    CHECK(most <= 5000);
    CHECK(most > 3000);
    emit(delivery, 0, 0, std::string(6000, 'x'));  // alone it may
    CHECK(delivery.flush(30s).delivered == 101);
    CHECK(most > 6000);
}

TEST_CASE("what finds no room is dropped and counted, and an event tells of it") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    line<> delivery({}, scripted(where), {}, {.flush_interval = 1ms, .queue_bytes = 4096});
    emit(delivery, 0, 0);
    REQUIRE(comes_true([&] { return where.waiting.load(); }));
    for (int i = 1; i <= 500; ++i) { emit(delivery, 0, i); }
    auto const counts = delivery.stats();
    CHECK(counts.accepted == 501);
    CHECK(counts.dropped.queue_full > 400);
    CHECK(counts.dropped.queue_full < 500);
    CHECK(law(counts));
    go = true;
    delivery.flush(30s);
    auto const numbers = arrived(where)["0"];
    CHECK(numbers.size() == 501 - counts.dropped.queue_full);
    CHECK(numbers.front() == 0);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    CHECK(numbers.back() < 500);  // the newest were dropped
    CHECK(law(delivery.stats()));

    auto const at = where.arrived.find("\"event_type\":\"sonde.dropped\"");
    REQUIRE(at != where.arrived.npos);
    auto const notice = json::parse(where.arrived.substr(
        where.arrived.rfind('\n', at) + 1, where.arrived.find('\n', at) - where.arrived.rfind('\n', at) - 1));
    CHECK(notice["channel"] == "META");
    CHECK(notice["level"] == "warning");
    CHECK(notice["input_data"] == json{{"queue_full", counts.dropped.queue_full}});
    CHECK(where.arrived.find("sonde.dropped", at + 100) == where.arrived.rfind("sonde.dropped"));  // once
}

TEST_CASE("drop_oldest keeps the newest") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    line<sonde::drop_oldest> delivery({}, scripted(where), {}, {.flush_interval = 1ms, .queue_bytes = 4096});
    emit(delivery, 0, 0);
    REQUIRE(comes_true([&] { return where.waiting.load(); }));
    for (int i = 1; i <= 500; ++i) { emit(delivery, 0, i); }
    auto const dropped = delivery.stats().dropped.queue_full;
    CHECK(dropped > 400);
    go = true;
    delivery.flush(30s);
    auto const numbers = arrived(where)["0"];
    CHECK(numbers.size() == 501 - dropped);
    CHECK(numbers.back() == 500);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    CHECK(law(delivery.stats()));
}

TEST_CASE("block_for waits for room, so long at most") {
    SECTION("and loses nothing where there will be room") {
        place where;
        line<sonde::block_for<60'000>> delivery({}, scripted(where), {}, {.queue_bytes = 4096});
        for (int i = 0; i < 20'000; ++i) { emit(delivery, 0, i); }
        CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 20'000});
    }
    SECTION("and gives up where there is none") {
        place where;
        std::atomic<bool> go{false};
        where.hold = &go;
        line<sonde::block_for<20>> delivery({}, scripted(where), {}, {.flush_interval = 1ms, .queue_bytes = 4096});
        emit(delivery, 0, 0);
        REQUIRE(comes_true([&] { return where.waiting.load(); }));
        int number = 0;
        while (delivery.stats().dropped == 0) { emit(delivery, 0, ++number); }
        auto const before = std::chrono::steady_clock::now();
        emit(delivery, 0, ++number);
        CHECK(std::chrono::steady_clock::now() - before >= 20ms);
        CHECK(delivery.stats().dropped.queue_full == 2);
        go = true;
        CHECK(law(delivery.stats()));
    }
}

TEST_CASE("flush and shutdown keep to their deadline, and say what is left") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    {
        line<> delivery({}, scripted(where), {}, at_leisure);
        for (int i = 0; i < 10; ++i) { emit(delivery, 0, i); }
        auto const before = std::chrono::steady_clock::now();
        CHECK(delivery.flush(20ms).still_queued == 10);
        CHECK(delivery.shutdown(20ms).still_queued == 10);
        CHECK(std::chrono::steady_clock::now() - before < 10s);
        CHECK(law(delivery.stats()));
        go = true;
        CHECK(comes_true([&] { return delivery.stats().delivered == 10; }));  // the batch was on its way already
        emit(delivery, 0, 10);
        CHECK(delivery.stats().dropped.after_shutdown == 1);
        CHECK(law(delivery.stats()));
    }
    CHECK(where.events == 10);
}

TEST_CASE("a transport that hangs holds up nobody for ever") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto delivery = std::make_unique<line<>>(sonde::json_lines{}, scripted(where), sonde::error_handler{}, at_leisure);
    emit(*delivery, 0, 0);
    CHECK(delivery->shutdown(10ms).still_queued == 1);
    std::thread destroyer([&] { delivery.reset(); });  // waits for its 5 s at most
    go = true;
    destroyer.join();
    CHECK(comes_true([&] { return where.events == 1; }));
}

TEST_CASE("a failure is told once, counted, and the service resumes") {
    place where;
    where.answers = {failed("write", 28), failed("write", 28)};
    std::atomic<int> told{0};
    line<> delivery({}, scripted(where), [&](sonde::exception const&) { ++told; }, at_leisure);
    for (int i = 0; i < 3; ++i) {
        emit(delivery, 0, i);
        delivery.flush(30s);
    }
    CHECK(told == 1);
    CHECK(delivery.stats().dropped.transport_failed == 2);
    emit(delivery, 0, 3);
    CHECK(delivery.flush(30s).dropped == 2);
    CHECK(arrived(where)["0"] == std::vector<int>{2, 3});
    CHECK(where.arrived.find("{\"transport_failed\":2}") != where.arrived.npos);  // in an event of its own
    CHECK(law(delivery.stats()));
}

TEST_CASE("part of a batch may arrive") {
    place where;
    auto plan = at_leisure;
    line<> delivery({}, scripted(where), {}, plan);
    emit(delivery, 0, 0);
    delivery.flush(30s);
    auto const one = where.arrived.size();
    where.answers = {{}, {.outcome = sonde::transport_outcome::failed, .taken = one, .problem = "write", .cause = 28}};
    for (int i = 0; i < 3; ++i) { emit(delivery, 0, 0); }
    delivery.flush(30s);
    CHECK(delivery.stats().delivered == 2);
    CHECK(delivery.stats().dropped.transport_failed == 2);
    CHECK(law(delivery.stats()));
}

TEST_CASE("what fails is tried again, as often as it may be") {
    place where;
    where.answers = {failed("connect", 111)};
    auto plan = at_leisure;
    plan.retry_attempts = 1;
    line<> delivery({}, scripted(where), {}, plan);
    emit(delivery, 0, 0);
    auto const before = std::chrono::steady_clock::now();
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 1});
    CHECK(std::chrono::steady_clock::now() - before >= 800ms);
    CHECK(where.sent == 2);
    CHECK(delivery.stats().retries == 1);
}

TEST_CASE("a flush or a shutdown asked for by on_error does not wait for itself") {
    place where;
    where.answers = {failed("write", 28)};
    std::optional<line<>> delivery;
    std::atomic<bool> asked{false};
    delivery.emplace(
        sonde::json_lines{}, scripted(where),
        [&](sonde::exception const&) {
            delivery->flush(30s);
            delivery->shutdown(30s);
            asked = true;
        },
        at_leisure);
    emit(*delivery, 0, 0);
    CHECK(delivery->flush(30s).dropped == 1);
    CHECK(asked);
    delivery.reset();
}

TEST_CASE("events larger than a quarter of the queue go beside it, within bounds") {
    place where;
    auto plan = at_leisure;
    plan.queue_bytes = 4096;
    plan.outbox_bytes = 1 << 20;
    std::atomic<bool> go{true};
    where.hold = &go;
    line<> delivery({1 << 30}, scripted(where), {}, plan);
    emit(delivery, 0, 0, std::string(500'000, 'x'));
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 1});
    CHECK(where.arrived.size() > 500'000);
    emit(delivery, 0, 1, std::string(2'000'000, 'x'));  // more than there is room for, but alone
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 2});
    go = false;
    for (int i = 0; i < 10; ++i) { emit(delivery, 0, i, std::string(200'000, 'x')); }
    auto const counts = delivery.stats();
    CHECK(counts.dropped.queue_full >= 1);
    CHECK(law(counts));
    go = true;
    delivery.flush(30s);
    CHECK(delivery.stats().queued == 0);
    CHECK(law(delivery.stats()));
}

TEST_CASE("the high-water mark has what came while the transport held up the worker, and stays") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto plan = at_leisure;
    plan.batch_size = 1;  // so that the worker comes for the first
    line<> delivery({}, scripted(where), {}, plan);
    emit(delivery, 0, 0);
    REQUIRE(comes_true([&] { return where.waiting.load(); }));
    for (int i = 1; i <= 1000; ++i) { emit(delivery, 0, i); }
    go = true;
    delivery.flush(30s);
    CHECK(delivery.stats().queued == 0);
    CHECK(delivery.stats().queued_high_water >= 1000);
}

TEST_CASE("a notice of what was dropped comes as soon as the queue is empty again") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto plan = at_leisure;  // whose interval is an hour
    plan.queue_bytes = 4096;
    plan.batch_size = 1;
    line<> delivery({}, scripted(where), {}, plan);
    emit(delivery, 0, 0);
    REQUIRE(comes_true([&] { return where.waiting.load(); }));
    for (int i = 0; i < 100; ++i) { emit(delivery, 0, i); }
    REQUIRE(delivery.stats().dropped.queue_full > 0);
    go = true;
    CHECK(comes_true([&] { return delivery.stats().queued == 0 && where.within == 0; }));
    emit(delivery, 0, 100);
    CHECK(comes_true([&] {
        auto const counts = delivery.stats();
        return counts.accepted > 102 && counts.queued == 0 && where.within == 0;  // of which 102 are calls
    }));
    CHECK(delivery.flush(30s).still_queued == 0);
    CHECK(where.arrived.find("sonde.dropped") != std::string::npos);
}

TEST_CASE("block_for waits for room beside the queue too") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto plan = at_leisure;
    plan.queue_bytes = 4096;
    plan.outbox_bytes = 1 << 20;
    line<sonde::block_for<60'000>> delivery({1 << 30}, scripted(where), {}, plan);
    std::thread emitting([&] {
        for (int i = 0; i < 6; ++i) { emit(delivery, 0, i, std::string(600'000, 'x')); }
    });
    CHECK(comes_true([&] { return where.waiting.load(); }));
    go = true;
    emitting.join();
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 6});
}

TEST_CASE("what is beside a queue is freed with it, and when it is dropped") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto plan = at_leisure;
    plan.queue_bytes = 4096;
    line<sonde::drop_oldest> delivery({1 << 30}, scripted(where), {}, plan);
    emit(delivery, 0, 0);
    for (int i = 0; i < 100; ++i) { emit(delivery, 0, i, std::string(20'000, 'x')); }
    for (int i = 0; i < 100; ++i) { emit(delivery, 0, i); }
    CHECK(law(delivery.stats()));
    delivery.shutdown(0s);
    go = true;
}

TEST_CASE("a codec that can't take events apart is used on the caller's thread") {
    place where;
    sonde::background<>::line<plain, scripted> delivery({}, scripted(where), {}, at_leisure);
    delivery.accept(order_created{}, {.event_type = "order"});
    delivery.accept(order_created{}, {.event_type = "another"});
    CHECK(delivery.flush(30s).delivered == 2);
    CHECK(where.arrived == "order\nanother\n");
}

TEST_CASE("ten thousand threads leave no memory behind") {
    place where;
    line<> delivery({}, scripted(where), {}, {.queue_bytes = 1 << 20});
    auto const run = [&](int count) {
        for (int i = 0; i < count; ++i) {
            std::thread([&] { emit(delivery, 0, i, std::string(2'000, 'x')); }).join();
        }
    };
    run(100);
    delivery.flush(30s);
    auto const before = number_after("/proc/self/status", "VmSize:");
    run(10'000);
    delivery.flush(30s);
    CHECK(number_after("/proc/self/status", "VmSize:") <
          before + 64 * 1024);  // KiB; one ring each would be ten million
    CHECK(law(delivery.stats()));
    CHECK(delivery.stats().accepted >= 10'100);  // an event about drops is one too
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which have memory of their own for each thread
TEST_CASE("threads that were many at once leave no memory behind either") {
    place where;
    line<> delivery({}, scripted(where), {}, {.outbox_bytes = 1 << 20});
    std::atomic<int> emitting{0};
    constexpr int threads = 16, each = 1'000;
    std::vector<std::thread> all;
    auto const before = number_after("/proc/self/status", "VmRSS:");
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            for (int n = 0; n < each; ++n) { emit(delivery, 0, n, std::string(2'000, 'x')); }
            ++emitting;
            while (emitting != threads) { std::this_thread::yield(); }  // so that each has a queue of its own
        });
    }
    for (auto& one : all) { one.join(); }
    delivery.flush(30s);
    std::string().swap(where.arrived);
    delivery.flush(30s);  // their queues are empty now
    // KiB; they have had 64 MiB, and the allocator keeps some of what the threads had besides.
    CHECK(number_after("/proc/self/status", "VmRSS:") < before + 40 * 1024);
    emit(delivery, 0, 0);
    CHECK(delivery.flush(30s).still_queued == 0);
}
#endif

TEST_CASE("a thread emits for queues that come and go") {
    place kept, gone;
    line<> delivery({}, scripted(kept), {}, at_leisure);
    for (int i = 0; i < 200; ++i) {
        line<> other({}, scripted(gone), {}, {.flush_interval = 1h, .queue_bytes = 4096});
        line<> third({}, scripted(gone), {}, {.flush_interval = 1h, .queue_bytes = 4096});
        emit(delivery, 0, i);
        emit(other, 0, i);
        emit(third, 0, i);
        emit(other, 0, i);
    }
    CHECK(gone.events == 600);
    CHECK(delivery.flush(30s).delivered == 200);
}

TEST_CASE("emitting races shutdown, and every event is counted") {
    for (int round = 0; round < 30; ++round) {
        place where;
        line<> delivery({}, scripted(where), {}, {.queue_bytes = 1 << 16});
        std::atomic<bool> stop{false};
        std::atomic<std::uint64_t> emitted{0};
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&, thread] {
                for (int i = 0; !stop; ++i) {
                    emit(delivery, thread, i);
                    ++emitted;
                }
            });
        }
        comes_true([&] { return emitted > 100; });
        std::thread flusher([&] { delivery.flush(30s); });
        delivery.shutdown(30s);
        stop = true;
        for (auto& each : threads) { each.join(); }
        flusher.join();
        auto const report = delivery.shutdown(30s);
        auto const counts = delivery.stats();
        CHECK(counts.accepted >= emitted);  // an event about drops is one too
        CHECK(law(counts));
        CHECK(counts.queued == 0);
        CHECK(report.still_queued == 0);
        CHECK(where.events == counts.delivered);
    }
}

#if !defined(__SANITIZE_THREAD__)  // which follows no thread that is started in a child of a process with threads
TEST_CASE("a forked child starts with an empty queue and its own worker") {
    place where;
    line<> delivery({}, scripted(where), {}, at_leisure);
    for (int i = 0; i < 5; ++i) { emit(delivery, 0, i); }
    auto const child = ::fork();
    if (child == 0) {
        auto good = delivery.stats().accepted == 0;
        for (int i = 0; i < 3; ++i) { emit(delivery, 1, i); }
        std::thread([&] { emit(delivery, 2, 0); }).join();
        auto const report = delivery.flush(30s);
        good = good && report.delivered == 4 && law(delivery.stats()) && arrived(where)["1"].size() == 3 &&
               arrived(where)["0"].empty() && delivery.shutdown(30s).delivered == 4;
        ::_exit(good ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(delivery.flush(30s).delivered == 5);
    CHECK(arrived(where)["0"].size() == 5);
    CHECK(arrived(where).size() == 1);
}

TEST_CASE("a forked child has room of its own for large events") {
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto plan = at_leisure;
    plan.queue_bytes = 4096;
    plan.outbox_bytes = 1 << 20;
    line<> delivery({1 << 30}, scripted(where), {}, plan);
    emit(delivery, 0, 0, std::string(600'000, 'x'));
    REQUIRE(comes_true([&] { return where.waiting.load(); }));
    emit(delivery, 0, 1, std::string(600'000, 'x'));  // lies there while the first is held up
    auto const child = ::fork();
    if (child == 0) {
        where.hold = nullptr;
        emit(delivery, 1, 0, std::string(600'000, 'x'));
        ::_exit(delivery.flush(30s) == sonde::delivery_report{.delivered = 1} ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    go = true;
    CHECK(delivery.flush(30s) == sonde::delivery_report{.delivered = 2});
}

#endif

TEST_CASE("the worker takes no signals of the program") {
    place where;
    static std::atomic<int> handled_by{0};
    static pthread_t main_thread = pthread_self();
    struct sigaction action{}, before{};
    action.sa_handler = [](int) { handled_by += pthread_equal(pthread_self(), main_thread) != 0 ? 1 : 1000; };
    sigaction(SIGUSR1, &action, &before);
    line<> delivery({}, scripted(where), {}, at_leisure);
    emit(delivery, 0, 0);
    delivery.flush(30s);
    for (int i = 0; i < 50; ++i) { ::kill(::getpid(), SIGUSR1); }
    CHECK(comes_true([] { return handled_by > 0; }));
    CHECK(handled_by < 1000);
    sigaction(SIGUSR1, &before, nullptr);
}
