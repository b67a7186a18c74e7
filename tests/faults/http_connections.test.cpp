// SPDX-License-Identifier: MIT
// A million events over connections that hang, break and are refused, and more of them than there is room for.
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/sink/http.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using sonde::http_options;
using sonde::tests::arrivals;
using sonde::tests::campaign_events;
using sonde::tests::emit_from_all;
using sonde::tests::events_each;
using sonde::tests::http_answer;
using sonde::tests::http_request;
using sonde::tests::http_server;
using sonde::tests::law;

namespace {

using patient_sink = sonde::basic_http_sink<sonde::background<sonde::block_for<60'000>>>;

constexpr std::uint64_t batch_size = 100, batches = campaign_events / batch_size;

http_options to(http_server const& server) {
    return {.api_url = server.url(), .api_key = "sk_test_0123456789abcdef0123456789abcdef", .batch_size = batch_size};
}

// Takes what it is asked to, however it answers then: what is not confirmed comes again, under the same name.
void take(arrivals& arrived, http_request const& request) {
    arrived.add(request.body, request.field("Idempotency-Key"));
}

}  // namespace

// Few, since each is followed by the timeout, a second at least, and the wait before another try.
TEST_CASE("a server that now and then says nothing gets everything, and what was in its hands once more") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    std::uint64_t requests = 0, stalled = 0;
    server.answer_by([&](http_request const& request) {
        take(arrived, request);
        auto const stalls = ++requests % (batches / 4) == 0 && stalled < 3;
        if (stalls) { ++stalled; }
        return http_answer{.how = !stalls            ? http_answer::way::whole
                                  : stalled % 2 == 0 ? http_answer::way::drip
                                                     : http_answer::way::stall};
    });
    auto options = to(server);
    options.timeout = 1s;
    options.retry_attempts = 10;
    patient_sink sink(options);
    emit_from_all(sink, 0, events_each);
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() >= stalled);  // each was a batch
    CHECK(arrived.repeated() <= sink.stats().retries * batch_size);
    CHECK(arrived.misplaced() == 0);
    CHECK(stalled == 3);
    CHECK(sink.stats().retries >= stalled);
    CHECK(law(sink.stats()));
}

TEST_CASE("a connection that breaks within an answer, or before it, loses nothing") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    std::uint64_t requests = 0, broken = 0;
    server.answer_by([&](http_request const& request) {
        take(arrived, request);
        constexpr http_answer::way ways[] = {http_answer::way::cut, http_answer::way::close,
                                             http_answer::way::not_http};
        auto const breaks = ++requests % (batches / 10) == 0;
        return http_answer{.body = "{\"taken\":true}", .how = breaks ? ways[broken++ % 3] : http_answer::way::whole};
    });
    patient_sink sink(to(server));
    emit_from_all(sink, 0, events_each);
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() >= broken);
    CHECK(arrived.repeated() <= broken * batch_size);
    CHECK(arrived.misplaced() == 0);
    CHECK(broken == 10);
    // Where a connection that was kept is closed without a word, libcurl itself takes another, once.
    CHECK(sink.stats().retries <= broken);
    CHECK(sink.stats().retries >= 7);
    CHECK(server.connections() == 1 + broken);
    CHECK(law(sink.stats()));
}

TEST_CASE("a server that vanishes and comes back on its port gets everything") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        take(arrived, request);
        return http_answer{};
    });
    patient_sink sink(to(server));
    std::thread emitting([&] { emit_from_all(sink, 0, events_each); });
    for (std::uint64_t time = 1; time <= 3; ++time) {
        CHECK(server.wait_for(time * (batches / 4)));
        server.vanish();
        auto const until = std::chrono::steady_clock::now() + 30s;
        auto const before = sink.stats().retries;
        while (sink.stats().retries == before && std::chrono::steady_clock::now() < until) {
            std::this_thread::yield();
        }
        server.come_back();
    }
    emitting.join();
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() <= 3 * batch_size);
    CHECK(arrived.misplaced() == 0);
    CHECK(sink.stats().retries >= 3);
    CHECK(law(sink.stats()));
}

TEST_CASE("of more events than there is room for, each either arrives or is counted as dropped") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        take(arrived, request);
        return http_answer{};
    });
    auto options = to(server);
    options.queue_bytes = 16'384;
    sonde::http_sink sink(options);  // drops the newest
    emit_from_all(sink, 0, events_each);
    auto const report = sink.shutdown(200s);
    auto const counts = sink.stats();
    CHECK(arrived.events() + counts.dropped == campaign_events);
    CHECK(counts.dropped > 0);
    CHECK(counts.dropped == counts.dropped.queue_full);
    CHECK(report ==
          sonde::delivery_report{.delivered = arrived.events() + arrived.notices(), .dropped = counts.dropped});
    CHECK(arrived.told() == "{\"queue_full\":" + std::to_string(counts.dropped) + '}');
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    CHECK(counts.accepted == campaign_events + arrived.notices());
    CHECK(law(counts));
}
