// SPDX-License-Identifier: MIT
// Ten million events into a sink that can't get rid of any: what it takes of memory, and that it counts each.
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/background.hpp>
#include <sonde/sink/delivered.hpp>
#include <sonde/sink/http.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

using namespace std::chrono_literals;
using sonde::tests::arrivals;
using sonde::tests::campaign_events;
using sonde::tests::emit_from_all;
using sonde::tests::emitting_threads;
using sonde::tests::http_answer;
using sonde::tests::http_request;
using sonde::tests::http_server;
using sonde::tests::law;

namespace {

constexpr std::uint64_t events = 10 * campaign_events, mebibyte = 1 << 20;
// 4 MiB a thread, 8 MiB a sink; and for stacks, for libcurl and for the allocator.
constexpr std::uint64_t budget = (emitting_threads * 4 + 8) * mebibyte, slack = 6 * mebibyte;

// The most memory that this process has had; 0 where it can't be told.
std::uint64_t peak() {
    std::ifstream lines("/proc/self/status");
    for (std::string text; std::getline(lines, text);) {
        if (text.starts_with("VmHWM:")) { return std::stoull(text.substr(6)) * 1024; }
    }
    return 0;
}

struct outcome {
    std::uint64_t taken = 0;  // memory, while nothing could be delivered
    std::uint64_t arrived = 0, notices = 0, misplaced = 0;
    sonde::stats stuck = {}, in_the_end = {};
};

// In a process of its own, which has used no memory before.
template <class Body>
outcome alone(Body&& body) {
    auto* const place = ::mmap(nullptr, sizeof(outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(place != MAP_FAILED);
    auto* const found = ::new (place) outcome;
    auto const child = ::fork();
    if (child == 0) {
        ::alarm(250);  // instead of hanging
        *found = body();
        ::_exit(0);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    auto const result = *found;
    ::munmap(place, sizeof(outcome));
    return result;
}

// Most are small, and one of a hundred is not.
template <class Sink>
std::uint64_t memory_to_emit(Sink& sink, std::uint64_t before) {
    std::string const much(20'000, 'x');
    emit_from_all(sink, 0, events / emitting_threads,
                  [&](std::uint64_t n) { return n % 100 == 0 ? std::string_view(much) : std::string_view(); });
    return peak() - before;
}

void check(outcome const& found) {
    if (!sonde::tests::sanitized) {  // which has memory of its own for each that the program takes
        CHECK(found.taken <= budget + slack);
    }
    CHECK(law(found.stuck));
    CHECK(found.stuck.accepted == events);
    CHECK(found.stuck.delivered == 0);
    CHECK(found.stuck.queued + found.stuck.dropped == events);
    CHECK(law(found.in_the_end));
    CHECK(found.in_the_end.queued == 0);
    CHECK(found.in_the_end.accepted == events + found.notices);
    CHECK(found.in_the_end.delivered == found.arrived + found.notices);
    CHECK(found.in_the_end.dropped == events - found.arrived);
    CHECK(found.misplaced == 0);
}

// Hangs until it may go on.
struct hanging {
    std::atomic<bool>* go;
    arrivals* arrived;
    static sonde::transport_result open() noexcept { return {}; }
    sonde::transport_result send(std::string_view bytes) noexcept {
        go->wait(false);
        arrived->add(bytes);
        return {.taken = bytes.size()};
    }
    template <class Handler>
    void explain(sonde::transport_result const&, Handler&&) const {}
};

}  // namespace

TEST_CASE("a transport that hangs costs no more memory than there may be, and no events but those that find no room") {
    check(alone([] {
        std::atomic<bool> go{false};
        arrivals arrived;
        outcome found;
        auto const before = peak();
        sonde::delivered<sonde::json_lines, hanging, sonde::background<>> sink({}, hanging{&go, &arrived}, {});
        found.taken = memory_to_emit(sink, before);
        found.stuck = sink.stats();
        go = true;
        go.notify_all();
        sink.shutdown(200s);
        found.in_the_end = sink.stats();
        found.arrived = arrived.events(), found.notices = arrived.notices(), found.misplaced = arrived.misplaced();
        return found;
    }));
}

TEST_CASE("a server that hangs costs no more memory than there may be, and no events but those that find no room") {
    auto const batch_size = GENERATE(10U, 100U);
    check(alone([&] {
        http_server server;
        arrivals arrived;
        outcome found;
        server.keep_no_bodies();
        server.answer_by([&, first = true](http_request const& request) mutable {
            arrived.add(request.body, request.field("Idempotency-Key"));
            return http_answer{.how = std::exchange(first, false) ? http_answer::way::stall : http_answer::way::whole};
        });
        auto const before = peak();
        sonde::http_sink sink({.api_url = server.url(),
                               .api_key = "sk_test_0123456789abcdef0123456789abcdef",
                               .batch_size = batch_size,
                               .timeout = 1h});
        found.taken = memory_to_emit(sink, before);
        found.stuck = sink.stats();
        static_cast<void>(server.wait_for(1));  // else there is nothing to end
        server.release();
        sink.shutdown(200s);
        found.in_the_end = sink.stats();
        found.arrived = arrived.events(), found.notices = arrived.notices(), found.misplaced = arrived.misplaced();
        return found;
    }));
}
