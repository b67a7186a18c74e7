// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/scripted_transport.hpp"
#include "support/wire.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/background.hpp>
#include <sonde/delivery/with_spool.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;
using sonde::delivery_report;
using sonde::trace_id;
using sonde::transport_result;
using sonde::tests::folder;
using sonde::tests::json;
using sonde::tests::law;
using sonde::tests::order_created;
using sonde::tests::place;
using sonde::tests::scripted;

namespace {

// Has no answer as long as its place holds it.
class stalling : public scripted {
public:
    explicit stalling(place& where) : scripted(where), place_(&where) {}
    stalling(stalling&& other) noexcept : scripted(other), place_(other.place_) {}
    using scripted::send;
    transport_result send(std::string_view bytes, trace_id) noexcept { return scripted::send(bytes); }
    void start(std::string_view bytes, trace_id) noexcept { bytes_ = bytes; }
    bool finished(sonde::deadline until, transport_result& result) noexcept {
        while (place_->hold != nullptr && !*place_->hold) {
            place_->waiting = true;
            if (woken_.exchange(false) || until.passed()) { return false; }
            sonde::delivery_impl::let_others_run();
        }
        result = scripted::send(bytes_);
        return true;
    }
    void wake() noexcept { woken_ = true; }
    void cancel() noexcept {}

private:
    place* place_;
    std::string_view bytes_;
    std::atomic<bool> woken_{false};
};
static_assert(sonde::overlapped_transport<sonde::with_spool<stalling>>);

template <class Transport>
using line_of = sonde::background<>::line<sonde::json_lines, sonde::with_spool<Transport>>;
using line = line_of<scripted>;
constexpr sonde::batching at_leisure{.flush_interval = 1h, .queue_bytes = 1 << 20};

template <class Transport = scripted>
line_of<Transport> made(place& where, std::string dir, std::chrono::nanoseconds look_every = 30s,
                        sonde::batching plan = at_leisure) {
    return {{}, sonde::with_spool<Transport>(Transport(where), {.dir = std::move(dir)}, look_every), {}, plan};
}

bool comes_true(std::function<bool()> const& what) {
    auto const until = std::chrono::steady_clock::now() + 30s;
    while (!what()) {
        if (std::chrono::steady_clock::now() > until) { return false; }
        std::this_thread::yield();
    }
    return true;
}

template <class Line>
void emit(Line& delivery, int thread, int number) {
    delivery.accept(order_created{std::to_string(thread), static_cast<double>(number)}, {});
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

std::vector<int> numbers(int from, int end) {
    std::vector<int> all;
    for (int n = from; n < end; ++n) { all.push_back(n); }
    return all;
}

template <class Body>
int in_child(Body&& body) {
    auto const child = ::fork();
    if (child == 0) {
        ::alarm(120);  // instead of hanging
        ::_exit(body());
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

#if !defined(__SANITIZE_THREAD__)  // which follows no thread that is started in a child of a process with threads
// First, while there is nothing that a child would leave to nobody, which the leak sanitizer would tell of at its exit.
TEST_CASE("what is queued when the program exits is on disk, of every sink") {
    folder const here;
    static place where;
    static std::atomic<bool> go{false};
    where.hold = &go;
    CHECK(in_child([&] {
              for (auto const* dir : {"one", "two"}) {
                  static auto& never_destroyed = *new std::vector<line_of<stalling>*>;
                  never_destroyed.push_back(new line_of<stalling>(made<stalling>(where, here / dir)));
                  for (int i = 0; i < 100; ++i) { emit(*never_destroyed.back(), 0, i); }
              }
              std::exit(7);
              return 0;
          }) == 7);
    for (auto const* dir : {"one", "two"}) {
        place later;
        auto delivery = made(later, here / dir);
        emit(delivery, 1, 0);
        CHECK(delivery.flush(30s) == delivery_report{.delivered = 101});
        CHECK(arrived(later)["0"] == numbers(0, 100));
    }
}
#endif

TEST_CASE("without a folder it is the transport") {
    place where;
    where.down = true;
    auto delivery = made(where, "");
    emit(delivery, 0, 0);
    CHECK(delivery.flush(30s) == delivery_report{.dropped = 1});
}

TEST_CASE("a flush leaves on disk what can't be delivered, and a later one delivers it") {
    folder const here;
    place where;
    auto delivery = made(where, here / "spool");
    emit(delivery, 0, 0);
    CHECK(delivery.flush(30s) == delivery_report{.delivered = 1});
    CHECK(here.names().empty());  // nothing is made before it is needed
    where.down = true;
    for (int i = 1; i < 6; ++i) {
        emit(delivery, 0, i);
        CHECK(delivery.flush(30s) == delivery_report{.delivered = 1, .spooled = static_cast<std::uint64_t>(i)});
        CHECK(law(delivery.stats()));
    }
    where.down = false;
    emit(delivery, 0, 6);
    CHECK(delivery.flush(30s) == delivery_report{.delivered = 7});
    CHECK(arrived(where)["0"] == numbers(0, 7));
    CHECK(delivery.stats().queued == 0);
    CHECK(law(delivery.stats()));
}

TEST_CASE("what has waited long enough is replayed without anyone asking") {
    folder const here;
    place where;
    where.down = true;
    auto delivery = made(where, here / "spool");
    emit(delivery, 0, 0);
    CHECK(delivery.flush(30s).spooled == 1);
    where.down = false;
    CHECK(comes_true([&] { return where.events == 1; }));
}

TEST_CASE("what is queued when a shutdown has no more time is on disk, also what is in flight") {
    folder const here;
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    {
        auto plan = at_leisure;
        plan.outbox_bytes = 20'000;  // and the rest in the queue
        auto delivery = made<stalling>(where, here / "spool", 30s, plan);
        for (int i = 0; i < 500; ++i) { emit(delivery, 0, i); }
        CHECK(delivery.flush(1ms).still_queued == 500);
        REQUIRE(comes_true([&] { return where.waiting.load(); }));
        for (int i = 500; i < 1000; ++i) { emit(delivery, 0, i); }
        CHECK(delivery.shutdown(4s) == delivery_report{.spooled = 1000});
        CHECK(law(delivery.stats()));
        emit(delivery, 0, 1000);
        CHECK(delivery.stats().dropped.after_shutdown == 1);

        // It is there for others, though this one lives.
        place another;
        auto later = made(another, here / "spool");
        emit(later, 1, 0);
        CHECK(later.flush(30s) == delivery_report{.delivered = 1001});
        CHECK(later.stats().accepted == 1001);
        CHECK(law(later.stats()));
        CHECK(arrived(another)["0"] == numbers(0, 1000));
        CHECK(delivery.stats().spooled == 1000);
    }
    CHECK(where.events == 0);
}

TEST_CASE("a shutdown without time leaves the keeping to the worker") {
    folder const here;
    place where;
    std::atomic<bool> go{false};
    where.hold = &go;
    auto delivery = made<stalling>(where, here / "spool");
    for (int i = 0; i < 100; ++i) { emit(delivery, 0, i); }
    static_cast<void>(delivery.shutdown(0s));
    CHECK(comes_true([&] { return delivery.stats().spooled == 100; }));
    CHECK(delivery.shutdown(30s) == delivery_report{.spooled = 100});
}

TEST_CASE("a shutdown replays what it has time for") {
    folder const here;
    place where;
    where.down = true;
    auto plan = at_leisure;
    plan.batch_size = 2;
    auto delivery = made(where, here / "spool", 30s, plan);
    for (int i = 0; i < 20; ++i) { emit(delivery, 0, i); }
    CHECK(delivery.flush(30s) == delivery_report{.spooled = 20});
    where.down = false;
    CHECK(delivery.shutdown(30s) == delivery_report{.delivered = 20});
    CHECK(arrived(where)["0"] == numbers(0, 20));
}

TEST_CASE("further tries end with a shutdown's time") {
    folder const here;
    place where;
    where.down = true;
    auto plan = at_leisure;
    plan.retry_attempts = 10;
    auto delivery = made(where, here / "spool", 30s, plan);
    emit(delivery, 0, 0);
    CHECK(delivery.shutdown(400ms) == delivery_report{.spooled = 1});
    CHECK(where.sent == 1);
}

#if !defined(__SANITIZE_THREAD__)  // which follows no thread that is started in a child of a process with threads
TEST_CASE("a forked child has a spool of its own, and leaves the parent's alone") {
    folder const here;
    place where;
    where.down = true;
    auto delivery = made(where, here / "spool");
    emit(delivery, 0, 0);
    CHECK(delivery.flush(30s).spooled == 1);
    CHECK(in_child([&] {
              if (delivery.stats().spooled != 0) { return 1; }
              emit(delivery, 1, 0);
              if (delivery.flush(30s) != delivery_report{.spooled = 1}) { return 2; }
              where.down = false;
              emit(delivery, 1, 1);
              if (delivery.flush(30s) != delivery_report{.delivered = 2}) { return 3; }
              if (arrived(where)["1"] != numbers(0, 2) || !arrived(where)["0"].empty()) { return 4; }
              where.down = true;
              emit(delivery, 1, 2);
              return delivery.flush(30s) == delivery_report{.delivered = 2, .spooled = 1} ? 0 : 5;
          }) == 0);
    where.down = false;
    emit(delivery, 0, 1);
    delivery.flush(30s);
    CHECK(comes_true([&] { return delivery.stats().delivered == 3; }));
    CHECK(arrived(where)["0"] == numbers(0, 2));
    CHECK(arrived(where)["1"] == std::vector<int>{2});  // the child is gone, and has left it
    CHECK(delivery.stats().accepted == 3);
    CHECK(law(delivery.stats()));
}
#endif

TEST_CASE("what somebody leaves behind is found by one that has been idle for long") {
    folder const here;
    place where, gone;
    sonde::batching plan{.flush_interval = 1ms, .queue_bytes = 1 << 20};
    auto delivery = made(where, here / "spool", 10ms, plan);
    emit(delivery, 0, 0);
    CHECK(comes_true([&] { return where.events == 1; }));
    auto const rested = std::chrono::steady_clock::now() + 30ms;  // many intervals
    CHECK(comes_true([&] { return std::chrono::steady_clock::now() > rested; }));
    gone.down = true;
    for (std::size_t round = 1; round <= 3; ++round) {
        {
            auto other = made(gone, here / "spool");
            emit(other, 1, static_cast<int>(round));
        }
        CHECK(comes_true([&] { return where.events == 1 + round; }));
    }
    CHECK(comes_true([&] { return delivery.stats().delivered == 4; }));
    CHECK(delivery.stats().accepted == 4);
}

TEST_CASE(
    "events of many threads keep their order while the receiver comes and goes, and are counted at every moment") {
    folder const here;
    place where;
    constexpr int each = 3000;
    sonde::batching plan{.batch_size = 20, .flush_interval = 1ms, .queue_bytes = 1 << 22, .outbox_bytes = 20'000};
    auto delivery = made(where, here / "spool", 10ms, plan);
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < each; ++i) { emit(delivery, thread, i); }
        });
    }
    bool good = true;
    std::thread reader([&] {
        while (!over) {
            auto const seen = delivery.stats();
            // Not only that it adds up, which `queued` sees to: nothing is counted twice.
            good = good && law(seen) && seen.queued <= seen.accepted;
        }
    });
    for (int round = 0; round < 20; ++round) {
        where.down = true;
        auto const sent = where.sent.load();
        comes_true([&] { return where.sent > sent || delivery.stats().queued == 0; });
        where.down = false;
        static_cast<void>(delivery.flush(30s));  // asks at once
    }
    for (auto& thread : threads) { thread.join(); }
    auto const report = delivery.flush(60s);
    over = true;
    reader.join();
    CHECK(good);
    INFO(report.delivered << " delivered, " << report.spooled << " spooled, " << report.dropped << " dropped, "
                          << report.rejected << " rejected, " << report.still_queued << " queued");
    CHECK(report == delivery_report{.delivered = 3 * each});
    auto const all = arrived(where);
    CHECK(all.size() == 3);
    for (auto const& [thread, found] : all) { CHECK(found == numbers(0, each)); }
    CHECK(law(delivery.stats()));
}
