// SPDX-License-Identifier: MIT
// A million events through each thing that a server may answer. Callers wait for room, so that nothing is dropped there.
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/sink/http.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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
constexpr std::string_view batch_name = "Idempotency-Key";

http_options to(http_server const& server) {
    return {.api_url = server.url(), .api_key = "sk_test_0123456789abcdef0123456789abcdef", .batch_size = batch_size};
}

}  // namespace

TEST_CASE("a million events arrive at a server that takes them, each once") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&, turn = 0](http_request const& request) mutable {
        arrived.add(request.body, request.field(batch_name));
        return http_answer{.status = ++turn % 2 == 0 ? 200 : 202};
    });
    patient_sink sink(to(server));
    emit_from_all(sink, 0, events_each);
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    CHECK(server.connections() == 1);
    CHECK(law(sink.stats()));
}

// Ten times, since each is followed by a wait of a second: Retry-After asks for no longer one.
TEST_CASE("a server that has too much to do now and then gets everything, each once") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    std::uint64_t requests = 0, refused = 0;
    server.answer_by([&](http_request const& request) {
        if (++requests % (batches / 10) == 0) {
            ++refused;
            return http_answer{.status = 429, .fields = {{"Retry-After", "0"}}};
        }
        arrived.add(request.body, request.field(batch_name));
        return http_answer{};
    });
    patient_sink sink(to(server));
    emit_from_all(sink, 0, events_each);
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    auto const counts = sink.stats();
    CHECK(refused == 10);
    CHECK(counts.retries == refused);
    CHECK(law(counts));
}

TEST_CASE("a server that fails for a while gets everything, each once") {
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    // One failure, two in a row, three: as often as a batch is tried again, after 1, 2 and 4 s.
    std::uint64_t requests = 0, failures = 0, failing = 0;
    server.answer_by([&](http_request const& request) {
        if (failing == 0 && failures < 6 && ++requests % (batches / 4) == 0) { failing = requests / (batches / 4); }
        if (failing != 0) {
            --failing;
            return http_answer{.status = ++failures % 2 == 0 ? 500 : 503};
        }
        arrived.add(request.body, request.field(batch_name));
        return http_answer{};
    });
    patient_sink sink(to(server));
    emit_from_all(sink, 0, events_each);
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    auto const counts = sink.stats();
    CHECK(failures == 6);
    CHECK(counts.retries == failures);
    CHECK(law(counts));
}

TEST_CASE("what a server fails to take as often as it is tried is dropped and counted, and told of") {
    http_server server;
    arrivals arrived, lost;
    server.keep_no_bodies();
    std::uint64_t requests = 0;
    server.answer_by([&](http_request const& request) {
        if (++requests % 20 < 3 && requests < batches / 10 * 9) {  // in bursts, and in the end no more
            lost.add(request.body);
            return http_answer{.status = requests % 2 == 0 ? 500 : 503};
        }
        arrived.add(request.body, request.field(batch_name));
        return http_answer{};
    });
    auto options = to(server);
    options.retry_attempts = 0;
    patient_sink sink(options);
    emit_from_all(sink, 0, events_each);
    static_cast<void>(sink.shutdown(200s));  // which tells of what a flush had no room for
    auto const counts = sink.stats();
    CHECK(arrived.events() + lost.events() == campaign_events);
    CHECK(arrived.misplaced() == 0);
    CHECK(lost.events() >= campaign_events / 10);
    CHECK(arrived.told() == "{\"transport_failed\":" + std::to_string(counts.dropped) + '}');
    CHECK(counts.accepted == campaign_events + arrived.notices() + lost.notices());
    CHECK(counts.delivered == arrived.events() + arrived.notices());
    CHECK(counts.dropped == lost.events() + lost.notices());
    CHECK(counts.dropped.transport_failed == counts.dropped);
    CHECK(counts.queued == 0);
    CHECK(law(counts));
}

TEST_CASE("poisoned events among a million take no others with them") {
    constexpr std::uint64_t one_in = 5'000;
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        if (request.body.find("poison") != request.body.npos) { return http_answer{.status = 400}; }
        arrived.add(request.body, request.field(batch_name));
        return http_answer{};
    });
    patient_sink sink(to(server));
    auto const poisoned = [](std::uint64_t n) { return n % one_in == one_in / 2; };
    emit_from_all(sink, 0, events_each, [&](std::uint64_t n) { return poisoned(n) ? "poison" : ""; });
    constexpr auto rejected = campaign_events / one_in;
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events - rejected, .rejected = rejected});
    CHECK(arrived.events() == campaign_events - rejected);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    bool right = true;
    for (std::uint64_t n = 0; n < events_each; ++n) { right = right && arrived.has(0, n) != poisoned(n); }
    CHECK(right);
    CHECK(law(sink.stats()));
}

TEST_CASE("a million events go into bodies as small as a server wants them") {
    constexpr std::size_t most = 30'000;  // of the 45,000 that a hundred events have
    constexpr std::uint64_t one_in = 5'000;
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        if (request.body.size() > most) { return http_answer{.status = 413}; }
        arrived.add(request.body, request.field(batch_name));
        return http_answer{};
    });
    patient_sink sink(to(server));
    std::string const much(most, 'x');
    emit_from_all(sink, 0, events_each,
                  [&](std::uint64_t n) { return n % one_in == 0 ? std::string_view(much) : std::string_view(); });
    constexpr auto rejected = campaign_events / one_in;  // alone too large
    CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events - rejected, .rejected = rejected});
    CHECK(arrived.events() == campaign_events - rejected);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    CHECK(law(sink.stats()));
}
