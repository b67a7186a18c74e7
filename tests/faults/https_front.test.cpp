// SPDX-License-Identifier: MIT
// A great many events through nginx: TLS, connections that are kept, and bodies that it finds too large.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"
#include "support/nginx.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/sink/http.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
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
using sonde::tests::nginx;
using sonde::tests::there_is;

namespace {

using patient_sink = sonde::basic_http_sink<sonde::background<sonde::block_for<60'000>>>;

http_options to(nginx const& front, folder const& here) {
    return {.api_url = front.url(),
            .api_key = "sk_test_0123456789abcdef0123456789abcdef",
            .batch_size = 100,
            .timeout = 60s,
            .ca_file = here / "authority.pem"};
}

// How many of its lines say that.
std::uint64_t answered(std::vector<std::string> const& log, std::string_view status) {
    return static_cast<std::uint64_t>(
        std::count_if(log.begin(), log.end(), [&](std::string const& line) { return line.ends_with(status); }));
}

// How many connections they are of.
std::size_t connections(std::vector<std::string> const& log) {
    std::set<std::string> all;
    for (auto const& line : log) { all.insert(line.substr(0, line.find(' '))); }
    return all.size();
}

int const no_proxy = ::setenv("no_proxy", "*", 1);

}  // namespace

TEST_CASE("a million events go over one secured connection") {
    if (!there_is("nginx") || !there_is("openssl")) { return; }
    folder const here;
    http_server server;
    arrivals arrived;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        arrived.add(request.body, request.field("Idempotency-Key"));
        return http_answer{};
    });
    sonde::tests::make_certificates(here, "authority");
    nginx front(here, server);
    std::uint64_t batches = 0;
    {
        patient_sink sink(to(front, here));
        emit_from_all(sink, 0, events_each);
        CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
        CHECK(law(sink.stats()));
        CHECK(sink.stats().retries == 0);
        batches = sink.stats().batches;
    }
    CHECK(arrived.events() == campaign_events);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    auto const log = front.ended();
    INFO(sonde::tests::content(here / "nginx.log"));
    CHECK(batches >= campaign_events / 100);
    CHECK(answered(log, " 200") == batches);
    CHECK(log.size() == batches);
    CHECK(connections(log) == 1);
}

// A tenth of the events: after each answer of that kind nginx closes the connection.
TEST_CASE("batches that are too large for what stands before the server arrive in smaller ones") {
    if (!there_is("nginx") || !there_is("openssl")) { return; }
    constexpr std::uint64_t events = campaign_events / 10, one_in = 1'250, rejected = events / one_in;
    constexpr std::size_t most = 16'384;
    folder const here;
    http_server server;
    arrivals arrived;
    std::size_t longest = 0;
    server.keep_no_bodies();
    server.answer_by([&](http_request const& request) {
        longest = (std::max)(longest, request.body.size());
        arrived.add(request.body, request.field("Idempotency-Key"));
        return http_answer{};
    });
    sonde::tests::make_certificates(here, "authority");
    nginx front(here, server, "16k");
    {
        patient_sink sink(to(front, here));
        std::string const much(most, 'x');
        emit_from_all(sink, 0, events / emitting_threads, [&](std::uint64_t n) {
            return n % one_in == one_in / 2 ? std::string_view(much) : std::string_view();
        });
        CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = events - rejected, .rejected = rejected});
        CHECK(law(sink.stats()));
        CHECK(sink.stats().retries == 0);
    }
    CHECK(arrived.events() == events - rejected);
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    auto const log = front.ended();
    CHECK(answered(log, " 413") >= events / 100);
    CHECK(answered(log, " 413") + answered(log, " 200") == log.size());
    CHECK(longest <= most);
    CHECK(longest > most / 2);
}
