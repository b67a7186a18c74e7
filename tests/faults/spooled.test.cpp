// SPDX-License-Identifier: MIT
// A million events to a server that fails, with a place on disk for what it does not take.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/sink/http.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

using namespace std::chrono_literals;
using sonde::delivery_report;
using sonde::http_options;
using sonde::tests::arrivals;
using sonde::tests::campaign_events;
using sonde::tests::emit_from_all;
using sonde::tests::emitting_threads;
using sonde::tests::events_each;
using sonde::tests::folder;
using sonde::tests::http_answer;
using sonde::tests::http_request;
using sonde::tests::http_server;
using sonde::tests::law;

namespace {

using patient_sink = sonde::basic_http_sink<sonde::background<sonde::block_for<60'000>>>;

constexpr std::uint64_t batch_size = 100, batches = campaign_events / batch_size;

http_options to(http_server const& server, folder const& here) {
    return {.api_url = server.url(),
            .api_key = "sk_test_0123456789abcdef0123456789abcdef",
            .batch_size = batch_size,
            .retry_attempts = 0,
            .spool_dir = here / "spool",
            .flush_interval = 100ms};
}

// A server that takes everything, unless told otherwise.
struct taking {
    http_server server;
    arrivals arrived;

    taking() {
        server.keep_no_bodies();
        server.answer_by([this](http_request const& request) {
            take(request);
            return http_answer{};
        });
    }
    void take(http_request const& request) { arrived.add(request.body, request.field("Idempotency-Key")); }
};

template <class Done>
bool comes_true(Done&& done) {
    auto const until = std::chrono::steady_clock::now() + 60s;
    while (!done()) {
        if (std::chrono::steady_clock::now() > until) { return false; }
        std::this_thread::yield();
    }
    return true;
}

bool is_empty(folder const& here) {
    return !std::filesystem::exists(here / "spool") || std::filesystem::is_empty(here / "spool");
}

}  // namespace

// Few, since the oldest batch is tried again after a second at least.
TEST_CASE("what a server does not take goes to the disk and from there, in order") {
    folder const here;
    taking it;
    std::uint64_t requests = 0, failures = 0;
    it.server.answer_by([&](http_request const& request) {
        http_answer const ways[] = {{.status = 503},
                                    {.status = 429, .fields = {{"Retry-After", "1"}}},
                                    {.how = http_answer::way::cut},
                                    {.how = http_answer::way::not_http}};
        auto const fails = ++requests % (batches / 8) == 0 && failures < 8;
        auto const answer = fails ? ways[failures++ % 4] : http_answer{};
        if (answer.status == 200) { it.take(request); }  // and the confirmation may be lost
        return answer;
    });
    patient_sink sink(to(it.server, here));
    emit_from_all(sink, 0, events_each);
    CHECK(comes_true([&] { return sink.flush(60s).spooled == 0; }));
    CHECK(sink.flush(60s) == delivery_report{.delivered = campaign_events});
    CHECK(it.arrived.events() == campaign_events);
    CHECK(it.arrived.repeated() <= failures * batch_size);
    CHECK(it.arrived.misplaced() == 0);
    CHECK(failures >= 4);
    CHECK(law(sink.stats()));
    CHECK(is_empty(here));
}

TEST_CASE("a server that vanishes and comes back gets from the disk what it has missed") {
    folder const here;
    taking it;
    patient_sink sink(to(it.server, here));
    std::thread emitting([&] { emit_from_all(sink, 0, events_each); });
    for (std::uint64_t time = 1; time <= 3; ++time) {
        CHECK(it.server.wait_for(time * (batches / 8)));
        it.server.vanish();
        CHECK(comes_true([&] { return sink.stats().spooled > campaign_events / 100; }));
        it.server.come_back();
    }
    emitting.join();
    CHECK(sink.flush(200s) == delivery_report{.delivered = campaign_events});
    CHECK(it.arrived.events() == campaign_events);
    CHECK(it.arrived.repeated() <= 3 * batch_size);
    CHECK(it.arrived.misplaced() == 0);
    CHECK(law(sink.stats()));
    CHECK(is_empty(here));
}

TEST_CASE("poisoned events on the disk are rejected alone") {
    folder const here;
    taking it;
    it.server.answer_by([&](http_request const& request) {
        if (request.body.find("poison") != std::string::npos) { return http_answer{.status = 400}; }
        it.take(request);
        return http_answer{};
    });
    it.server.vanish();
    patient_sink sink(to(it.server, here));
    constexpr std::uint64_t between = events_each / 10;
    auto const filler = [](std::uint64_t n) { return std::string_view(n % between == 7 ? "poison" : ""); };
    emit_from_all(sink, 0, events_each / 2, filler);
    CHECK(sink.flush(60s) == delivery_report{.spooled = campaign_events / 2});
    it.server.come_back();
    emit_from_all(sink, events_each / 2, events_each, filler);
    constexpr std::uint64_t poisoned = 10 * emitting_threads;
    CHECK(sink.flush(200s) == delivery_report{.delivered = campaign_events - poisoned, .rejected = poisoned});
    CHECK(it.arrived.events() == campaign_events - poisoned);
    CHECK(it.arrived.repeated() == 0);
    CHECK(it.arrived.misplaced() == 0);
    CHECK(law(sink.stats()));
    CHECK(is_empty(here));
}

TEST_CASE("sinks that come one after the other send what those before them have left") {
    folder const here;
    taking it;
    constexpr std::uint64_t lives = 4, each = events_each / lives;
    std::uint64_t left = 0;
    for (std::uint64_t life = 0; life < lives; ++life) {
        patient_sink sink(to(it.server, here));
        emit_from_all(sink, life * each, life * each + each / 2);
        CHECK(sink.flush(200s) == delivery_report{.delivered = left + emitting_threads * each / 2});
        it.server.vanish();
        emit_from_all(sink, life * each + each / 2, (life + 1) * each);
        left = emitting_threads * each / 2;
        CHECK(sink.shutdown(60s).spooled == left);
        CHECK(sink.stats().queued == 0);
        CHECK(law(sink.stats()));
        it.server.come_back();
    }
    patient_sink last(to(it.server, here));
    emit_from_all(last, events_each, events_each + 1);
    CHECK(last.flush(200s) == delivery_report{.delivered = left + emitting_threads});
    CHECK(it.arrived.events() == campaign_events + emitting_threads);
    CHECK(it.arrived.repeated() <= lives * batch_size);
    CHECK(it.arrived.misplaced() == 0);
    CHECK(is_empty(here));
}

TEST_CASE("of more than the disk may have, the oldest go, and are counted") {
    folder const here;
    taking it;
    it.server.vanish();
    auto options = to(it.server, here);
    options.spool_max_bytes = std::uint64_t{4} << 20;
    patient_sink sink(options);
    emit_from_all(sink, 0, events_each);
    auto const report = sink.flush(60s);
    CHECK(report == delivery_report{.spooled = report.spooled, .dropped = campaign_events - report.spooled});
    CHECK(report.spooled > 1000);
    CHECK(sink.stats().dropped == sink.stats().dropped.spool_lost);
    it.server.come_back();
    auto const after = sink.shutdown(60s);  // after which no event about drops comes any more
    CHECK(after.dropped == report.dropped);
    CHECK(after.delivered == it.arrived.events() + it.arrived.notices());
    CHECK(it.arrived.events() == report.spooled);
    CHECK(it.arrived.repeated() == 0);
    CHECK(it.arrived.misplaced() == 0);
    bool has_newest = false;
    for (unsigned thread = 0; thread < emitting_threads; ++thread) {
        has_newest = has_newest || it.arrived.has(thread, events_each - 1);
    }
    CHECK(has_newest);
    CHECK(law(sink.stats()));
}
