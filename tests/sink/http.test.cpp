// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"
#include "support/laws/sink.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/delivery/immediate.hpp>
#include <sonde/sink/http.hpp>
#include <sonde/sink/null.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <set>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sonde::http_options;
using sonde::http_sink;
using sonde::tests::contains_text;
using sonde::tests::folder;
using sonde::tests::http_answer;
using sonde::tests::http_request;
using sonde::tests::http_server;
using sonde::tests::json;
using sonde::tests::law;
using sonde::tests::order_created;

namespace {

std::string const key = "sk_test_0123456789abcdef0123456789abcdef";

http_options to(http_server const& server) { return {.api_url = server.url(), .api_key = key, .flush_interval = 1h}; }

// The amounts of the orders in the requests that `which` takes, in the order they came.
std::vector<int> amounts(http_server const& server, std::function<bool(http_request const&)> const& which = {}) {
    std::vector<int> found;
    for (auto const& each : server.requests()) {
        if (which && !which(each)) { continue; }
        auto const body = json::parse(each.body);
        for (auto const& event : body["events"]) {
            if (event["event_type"] == "sonde.dropped") { continue; }
            found.push_back(event["input_data"]["amount"].get<int>());
        }
    }
    return found;
}

void emit(http_sink& sink, int from, int count) {
    for (int i = from; i < from + count; ++i) { sink.consume(order_created{"o", static_cast<double>(i)}); }
}

std::vector<int> numbers(int from, int count) {
    std::vector<int> all;
    for (int i = from; i < from + count; ++i) { all.push_back(i); }
    return all;
}

template <class Make>
std::string refusal(Make&& make) {
    try {
        make();
    } catch (sonde::config_error const& error) { return error.what(); }
    return "not refused";
}

// While it lives.
class variable {
public:
    variable(char const* name, char const* value) : name_(name) {
        if (auto const* const found = ::getenv(name); found != nullptr) { before_ = found; }
        ::setenv(name, value, 1);
    }
    variable(variable const&) = delete;  // it is put back once
    variable& operator=(variable const&) = delete;
    ~variable() { before_.empty() ? ::unsetenv(name_) : ::setenv(name_, before_.c_str(), 1); }

private:
    char const* name_;
    std::string before_;
};

}  // namespace

TEST_CASE("http_sink obeys the laws of sinks") {
    http_server server;
    sonde::tests::obeys_sink_laws([&] { return http_sink(to(server)); });
}

TEST_CASE("events are posted in batches, in order, as a server expects them") {
    http_server server;
    http_sink sink(to(server));
    emit(sink, 0, 25);
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 25});
    auto const requests = server.requests();
    REQUIRE(requests.size() == 3);
    CHECK(amounts(server) == numbers(0, 25));
    for (auto const& each : requests) {
        CHECK(each.method == "POST");
        CHECK(each.target == "/events/batch");
        CHECK(each.field("X-API-Key") == key);
        CHECK(each.field("Content-Type") == "application/json");
        CHECK(json::parse(each.body)["events"].size() <= 10);
    }
    CHECK(server.connections() == 1);
    CHECK(sink.stats().batches == 3);
    CHECK(law(sink.stats()));
}

TEST_CASE("a full batch is posted at once, a part of one after the interval") {
    http_server server;
    auto options = to(server);
    http_sink full(options);
    emit(full, 0, 10);
    CHECK(server.wait_for(1));
    options.flush_interval = 100ms;
    http_sink part(options);
    emit(part, 0, 1);
    CHECK(server.wait_for(2));
}

TEST_CASE("options are checked, and the key is never shown") {
    http_server server;
    auto const with = [&](auto&& change) {
        return refusal([&] {
            auto options = to(server);
            change(options);
            http_sink const sink(options);
        });
    };
    CHECK(with([](http_options&) {}) == "not refused");
    CHECK_THAT(with([](auto& o) { o.batch_size = 0; }), contains_text("batch_size is \"0\": it must be 1 to 100"));
    CHECK_THAT(with([](auto& o) { o.batch_size = 101; }), contains_text("\"101\"") && contains_text("1 to 100"));
    CHECK_THAT(with([](auto& o) { o.flush_interval = 99ms; }),
               contains_text("flush_interval is \"0.099 s\": it must be 0.1 to 3600 s"));
    CHECK_THAT(with([](auto& o) { o.retry_attempts = 11; }),
               contains_text("retry_attempts") && contains_text("0 to 10"));
    CHECK_THAT(with([](auto& o) { o.timeout = 999ms; }), contains_text("timeout") && contains_text("1 to 3600 s"));
    CHECK_THAT(with([](auto& o) { o.max_body_bytes = 1; }), contains_text("max_body_bytes") && contains_text("1024"));
    CHECK_THAT(with([](auto& o) { o.api_url = "ftp://x"; }), contains_text("api_url"));
    CHECK_THAT(with([](auto& o) { o.api_url = "http://example.com"; }), contains_text("api_url"));
    CHECK(with([](auto& o) { o.api_url = "http://example.com", o.allow_insecure = true; }) == "not refused");
    CHECK_THAT(with([](auto& o) { o.spool_max_bytes = 1000; }),
               contains_text("spool_max_bytes is \"1000\": it must be 1048576 to 1099511627776"));
    CHECK_THAT(with([](auto& o) { o.spool_dir = std::string("a\0b", 3); }), contains_text("spool_dir is \"a\""));
    auto const shortened = with([](auto& o) { o.api_key = "0123456789012345678901234567890"; });
    CHECK_THAT(shortened, contains_text("api_key is \"***\"") && contains_text("at least 32 characters; it has 31"));
    CHECK_THAT(with([](auto& o) { o.api_key = {}; }), contains_text("api_key") && contains_text("it has 0"));
    auto const broken = with([](auto& o) { o.api_key = key + "\r\nX: y"; });
    CHECK_THAT(broken, contains_text("api_key"));
    CHECK(broken.find(key) == broken.npos);
}

TEST_CASE("what the program does not give, the environment may; it is checked the same") {
    http_server server;
    variable const url("SONDE_API_URL", server.url().c_str());
    variable const secret("SONDE_API_KEY", key.c_str());
    variable const size("SONDE_BATCH_SIZE", "2");
    variable const hidden("SONDE_REDACT_KEYS", " order_id , other");
    {
        http_sink sink;
        emit(sink, 0, 2);
        REQUIRE(server.wait_for(1));
        auto const event = json::parse(server.requests()[0].body)["events"][0];
        CHECK(event["input_data"]["order_id"] == "[REDACTED]");
    }
    {
        http_sink sink({.batch_size = 3, .redact_keys = {"x"}});
        emit(sink, 0, 3);
        REQUIRE(server.wait_for(2));
        CHECK(json::parse(server.requests()[1].body)["events"].size() == 3);
    }
    auto const message = [](char const* name, char const* value) {
        variable const bad(name, value);
        return refusal([] { http_sink const sink; });
    };
    CHECK_THAT(message("SONDE_BATCH_SIZE", "many"), contains_text("SONDE_BATCH_SIZE is \"many\": it must be 1 to 100"));
    CHECK_THAT(message("SONDE_FLUSH_INTERVAL", "0.05"),
               contains_text("SONDE_FLUSH_INTERVAL is \"0.05\": it must be 0.1 to 3600 s"));
    CHECK_THAT(message("SONDE_FLUSH_INTERVAL", "soon"), contains_text("SONDE_FLUSH_INTERVAL"));
    CHECK_THAT(message("SONDE_SPOOL_MAX_BYTES", "1 MiB"), contains_text("SONDE_SPOOL_MAX_BYTES is \"1 MiB\""));
    CHECK_THAT(message("SONDE_GZIP", "perhaps"), contains_text("SONDE_GZIP is \"perhaps\": it must be 1, true"));
    CHECK_THAT(message("SONDE_RETRY_ATTEMPTS", "-1"), contains_text("SONDE_RETRY_ATTEMPTS"));
    CHECK_THAT(message("SONDE_API_KEY", "short"), contains_text("SONDE_API_KEY is \"***\""));
    variable const interval("SONDE_FLUSH_INTERVAL", "0.25");
    CHECK(refusal([] { http_sink const sink; }) == "not refused");
}

TEST_CASE("what fails is tried again with the same key, and nothing is lost") {
    http_server server;
    server.answer_in_turn({{.status = 503}, {.status = 200}});
    int told = 0;
    auto options = to(server);
    options.on_error = [&](sonde::exception const&) { ++told; };
    http_sink sink(options);
    emit(sink, 0, 10);
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 10});
    auto const requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].body == requests[1].body);
    CHECK(requests[0].field("Idempotency-Key") == requests[1].field("Idempotency-Key"));
    CHECK(sink.stats().retries == 1);
    CHECK(told == 1);
}

TEST_CASE("when there are no tries left, the events are counted, and the service goes on") {
    http_server server;
    server.answer_in_turn({{.status = 500}, {.status = 200}});
    auto options = to(server);
    options.retry_attempts = 0;
    http_sink sink(options);
    emit(sink, 0, 10);
    CHECK(sink.flush(30s) == sonde::delivery_report{.dropped = 10});
    emit(sink, 10, 10);
    CHECK(sink.flush(30s).delivered >= 10);
    CHECK(sink.stats().dropped.transport_failed == 10);
    CHECK(law(sink.stats()));
}

TEST_CASE("a refusal ends the sending, and is told once") {
    for (int const status : {401, 403}) {
        http_server server;
        server.answer({.status = status});
        std::atomic<int> told{0};
        auto options = to(server);
        options.on_error = [&](sonde::exception const& error) {
            CHECK(dynamic_cast<sonde::authentication_error const*>(&error) != nullptr);
            ++told;
        };
        http_sink sink(options);
        emit(sink, 0, 35);
        CHECK(sink.flush(30s) == sonde::delivery_report{.rejected = 35});
        CHECK(server.requests().size() == 1);
        CHECK(told == 1);
        CHECK(law(sink.stats()));
    }
}

TEST_CASE("one poisoned event does not sink its batch") {
    for (int const status : {400, 413, 422}) {
        http_server server;
        auto const poisoned = [](http_request const& request) {
            return request.body.find("\"amount\":7}") != std::string::npos;
        };
        server.answer_by(
            [&](http_request const& request) { return http_answer{.status = poisoned(request) ? status : 202}; });
        http_sink sink(to(server));
        emit(sink, 0, 20);
        CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 19, .rejected = 1});
        auto expected = numbers(0, 20);
        expected.erase(expected.begin() + 7);
        CHECK(amounts(server, [&](auto const& request) { return !poisoned(request); }) == expected);
        std::set<std::string> keys;
        for (auto const& each : server.requests()) { keys.insert(each.field("Idempotency-Key")); }
        CHECK(keys.size() == server.requests().size());  // each is another batch
    }
}

TEST_CASE("what will never be taken is rejected without another try") {
    for (int const status : {404, 410, 301}) {
        http_server server;
        server.answer({.status = status});
        http_sink sink(to(server));
        emit(sink, 0, 10);
        CHECK(sink.flush(30s) == sonde::delivery_report{.rejected = 10});
        CHECK(server.requests().size() == 1);
    }
}

TEST_CASE("a body has no more bytes than it may") {
    http_server server;
    auto options = to(server);
    options.batch_size = 100;
    options.max_body_bytes = 5000;
    http_sink sink(options);
    for (int i = 0; i < 100; ++i) { sink.consume(order_created{std::string(static_cast<std::size_t>(i) * 5, 'x'), 1}); }
    CHECK(sink.flush(30s).delivered == 100);
    for (auto const& each : server.requests()) { CHECK(each.body.size() <= 5000); }
}

TEST_CASE("a server that says nothing holds up neither callers nor a shutdown") {
    http_server server;
    server.answer({.how = http_answer::way::stall});
    http_sink sink(to(server));
    emit(sink, 0, 10);
    REQUIRE(server.wait_for(1));
    emit(sink, 10, 90);
    auto const before = std::chrono::steady_clock::now();
    CHECK(sink.flush(50ms).still_queued == 100);
    CHECK(sink.shutdown(50ms).still_queued == 100);
    CHECK(std::chrono::steady_clock::now() - before < 10s);
    CHECK(law(sink.stats()));
}

TEST_CASE("the next batch is filled while one is in flight") {
    http_server server;
    server.answer_by([&](http_request const&) { return http_answer{.how = http_answer::way::stall}; });
    http_sink sink(to(server));
    emit(sink, 0, 10);
    REQUIRE(server.wait_for(1));
    emit(sink, 10, 10);  // wakes the worker, which takes them out of the queue
    auto const until = std::chrono::steady_clock::now() + 30s;
    while (sink.stats().queued_high_water < 20 && std::chrono::steady_clock::now() < until) {
        emit(sink, 0, 10);
        std::this_thread::yield();
    }
    CHECK(sink.stats().queued_high_water >= 20);
    server.answer({});
    server.release();
    sink.shutdown(0ms);
}

TEST_CASE("a server that vanishes and comes back gets everything, in order") {
    http_server server;
    http_sink sink(to(server));
    emit(sink, 0, 10);
    CHECK(sink.flush(30s).delivered == 10);
    server.vanish();
    emit(sink, 10, 20);
    CHECK(sink.flush(100ms).still_queued == 20);
    server.come_back();
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 30});
    CHECK(amounts(server) == numbers(0, 30));
    CHECK(sink.stats().retries >= 1);
}

TEST_CASE("many events of many threads arrive, each once, in the order of their thread") {
    http_server server;
    auto options = to(server);
    options.batch_size = 100;
    http_sink sink(options);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 2000; ++i) {
                sink.consume(order_created{std::to_string(thread), static_cast<double>(i)});
            }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(sink.flush(60s) == sonde::delivery_report{.delivered = 8000});
    std::vector<int> next(4);
    for (auto const& request : server.requests()) {
        auto const body = json::parse(request.body);
        for (auto const& event : body["events"]) {
            auto const thread = std::stoul(event["input_data"]["order_id"].get<std::string>());
            REQUIRE(event["input_data"]["amount"].get<int>() == next[thread]++);
        }
    }
    CHECK(next == std::vector<int>(4, 2000));
}

#if !defined(__SANITIZE_THREAD__)  // which follows no thread that is started in a child of a process with threads
TEST_CASE("a forked child posts its own events, and only those") {
    http_server server;
    http_sink sink(to(server));
    emit(sink, 0, 5);
    auto const child = ::fork();
    if (child == 0) {
        emit(sink, 100, 10);
        ::_exit(sink.flush(30s) == sonde::delivery_report{.delivered = 10} ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(sink.flush(30s).delivered == 5);
    auto const all = amounts(server);
    CHECK(all.size() == 15);
    CHECK(std::set<int>(all.begin(), all.end()).size() == 15);
}
#endif

// With a spool.

namespace {

http_options keeping(folder const& here, std::string url) {
    return {.api_url = std::move(url),
            .api_key = key,
            .retry_attempts = 0,
            .spool_dir = here / "spool",
            .flush_interval = 1h};
}

bool at_rest(http_sink const& sink) {
    auto const seen = sink.stats();
    return law(seen) && seen.queued == 0;
}

// The keys of the requests, those that were repeated once.
std::set<std::string> keys_of(http_server const& server) {
    std::set<std::string> keys;
    for (auto const& each : server.requests()) { keys.insert(each.field("Idempotency-Key")); }
    return keys;
}

template <class Done>
bool comes_true(Done&& done) {
    auto const until = std::chrono::steady_clock::now() + 30s;
    while (!done()) {
        if (std::chrono::steady_clock::now() > until) { return false; }
        std::this_thread::yield();
    }
    return true;
}

}  // namespace

TEST_CASE(
    "with a spool, what a server that is gone does not get it gets when it is back, in the order of each thread") {
    folder const here;
    http_server server;
    http_sink sink(keeping(here, server.url()));
    emit(sink, 0, 10);
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 10});
    server.vanish();
    std::vector<std::thread> threads;
    for (int thread = 1; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int part = 0; part < 5; ++part) {
                emit(sink, 1000 * thread + 30 * part, 30);
                sink.flush(30s);
            }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 10, .spooled = 450});
    CHECK(at_rest(sink));
    server.come_back();
    emit(sink, 10, 10);
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 470});
    CHECK(at_rest(sink));
    auto const all = amounts(server);
    for (int thread = 0; thread < 4; ++thread) {
        std::vector<int> found;
        for (int const each : all) {
            if (each / 1000 == thread) { found.push_back(each); }
        }
        CHECK(found == numbers(1000 * thread, thread == 0 ? 20 : 150));
    }
    CHECK(keys_of(server).size() == server.requests().size());
}

TEST_CASE("with a spool, every event of every thread arrives in order while the server comes and goes") {
    folder const here;
    http_server server;
    auto options = keeping(here, server.url());
    options.batch_size = 100;
    options.flush_interval = 100ms;
    constexpr int rounds = 10, threads = 4, each = 150;
    sonde::basic_http_sink<sonde::background<sonde::block_for<60'000>>> sink(options);
    std::atomic<int> asked{0}, done{0};  // parts of what each thread emits
    std::vector<std::thread> emitting;
    for (int thread = 0; thread < threads; ++thread) {
        emitting.emplace_back([&, thread] {
            for (int i = 0; i < 2 * rounds * each; ++i) {
                if (i % each == 0) {
                    comes_true([&] { return asked > i / each; });
                }
                sink.consume(order_created{std::to_string(thread), static_cast<double>(i)});
                done += i % each == each - 1;
            }
        });
    }
    auto const emit_some = [&] {
        ++asked;
        CHECK(comes_true([&] { return done == asked * threads; }));
    };
    for (int round = 0; round < rounds; ++round) {
        server.vanish();
        emit_some();
        CHECK(comes_true([&] { return sink.stats().spooled >= threads * each; }));
        CHECK(law(sink.stats()));
        server.come_back();
        auto const before = sink.stats().delivered;
        sink.flush(0s);  // asks at once
        emit_some();     // while the others are replayed
        CHECK(comes_true([&] { return sink.stats().delivered >= before + threads * each; }));
        CHECK(law(sink.stats()));
    }
    for (auto& thread : emitting) { thread.join(); }
    CHECK(sink.flush(60s) == sonde::delivery_report{.delivered = rounds * 2 * threads * each});
    CHECK(sink.stats().queued == 0);
    std::vector<int> next(threads);
    for (auto const& request : server.requests()) {
        auto const body = json::parse(request.body);
        for (auto const& event : body["events"]) {
            auto const thread = std::stoul(event["input_data"]["order_id"].get<std::string>());
            auto const number = event["input_data"]["amount"].get<int>();
            REQUIRE(number <= next.at(thread));  // less: its batch came already, and the answer was lost
            next[thread] += number == next[thread];
        }
    }
    CHECK(next == std::vector<int>(threads, 2 * rounds * each));
}

TEST_CASE("every try of a batch has its key, from the first to its replay by another sink") {
    folder const here;
    http_server server;
    server.answer({.status = 503});
    {
        auto options = keeping(here, server.url());
        options.retry_attempts = 1;
        http_sink sink(options);
        emit(sink, 0, 10);
        CHECK(sink.flush(30s) == sonde::delivery_report{.spooled = 10});
        CHECK(sink.flush(30s) == sonde::delivery_report{.spooled = 10});
        CHECK(sink.stats().retries >= 2);
    }
    server.answer({});
    http_sink later(keeping(here, server.url()));
    emit(later, 10, 1);
    CHECK(later.flush(30s) == sonde::delivery_report{.delivered = 11});
    CHECK(later.stats().accepted == 11);
    CHECK(at_rest(later));
    CHECK(server.requests().size() >= 5);
    CHECK(keys_of(server).size() == 2);
}

TEST_CASE("one poisoned event of the spool does not sink its batch, nor what is behind it") {
    folder const here;
    http_server server;
    auto const poisoned = [](http_request const& request) {
        return request.body.find("\"amount\":7}") != std::string::npos;
    };
    http_sink sink(keeping(here, server.url()));
    server.vanish();
    emit(sink, 0, 40);
    CHECK(sink.flush(30s) == sonde::delivery_report{.spooled = 40});
    server.answer_by([&](http_request const& request) { return http_answer{.status = poisoned(request) ? 400 : 202}; });
    server.come_back();
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 39, .rejected = 1});
    CHECK(at_rest(sink));
    auto expected = numbers(0, 40);
    expected.erase(expected.begin() + 7);
    CHECK(amounts(server, [&](auto const& request) { return !poisoned(request); }) == expected);
}

TEST_CASE("what a server refuses is kept, and replayed by a sink with another key") {
    folder const here;
    http_server server;
    server.answer({.status = 401});
    std::atomic<int> told{0};
    auto options = keeping(here, server.url());
    options.on_error = [&](sonde::exception const&) { ++told; };
    http_sink refused(options);
    emit(refused, 0, 35);
    CHECK(refused.flush(30s) == sonde::delivery_report{.spooled = 35});
    emit(refused, 35, 5);
    CHECK(refused.shutdown(30s) == sonde::delivery_report{.spooled = 40});
    CHECK(server.requests().size() == 1);
    CHECK(told == 1);
    CHECK(at_rest(refused));
    server.answer({});
    http_sink good(keeping(here, server.url()));
    emit(good, 40, 1);
    CHECK(good.flush(30s) == sonde::delivery_report{.delivered = 41});
    CHECK(at_rest(good));
    auto const all = amounts(server);
    CHECK(std::vector<int>(all.begin() + 10, all.end()) == numbers(0, 41));
}

TEST_CASE("a server that says nothing leaves all on disk when a shutdown ends") {
    folder const here;
    http_server server;
    server.answer({.how = http_answer::way::stall});
    http_sink sink(keeping(here, server.url()));
    emit(sink, 0, 10);
    REQUIRE(server.wait_for(1));
    emit(sink, 10, 90);
    CHECK(sink.shutdown(2s) == sonde::delivery_report{.spooled = 100});
    CHECK(at_rest(sink));
    server.answer({});
    http_sink later(keeping(here, server.url()));
    emit(later, 100, 1);
    CHECK(later.flush(30s) == sonde::delivery_report{.delivered = 101});
}

TEST_CASE("a spool_dir that can't be used is told of once, and its events are dropped and counted") {
    folder const here;
    sonde::tests::write(here / "spool", "");
    http_server server;
    server.vanish();
    std::vector<std::string> told;
    auto options = keeping(here, server.url());
    options.on_error = [&](sonde::exception const& error) { told.emplace_back(error.what()); };
    http_sink sink(options);
    for (int i = 0; i < 3; ++i) {
        emit(sink, i, 1);
        sink.flush(30s);
    }
    CHECK(sink.shutdown(30s) == sonde::delivery_report{.dropped = 3});
    REQUIRE(told.size() == 2);
    CHECK_THAT(told[1], contains_text("sonde: cannot keep events in " + (here / "spool") + ": Not a directory"));
}

TEST_CASE("the folder may come from the environment; a sink that delivers at once has no use for one") {
    folder const here;
    http_server server;
    server.vanish();
    variable const dir("SONDE_SPOOL_DIR", (here / "elsewhere").c_str());
    auto options = keeping(here, server.url());
    options.spool_dir = {};
    http_sink sink(options);
    emit(sink, 0, 1);
    CHECK(sink.flush(30s) == sonde::delivery_report{.spooled = 1});
    CHECK(here.names() == std::vector<std::string>{"elsewhere"});

    using at_once = sonde::basic_http_sink<sonde::immediate>;
    CHECK(refusal([&] { at_once const made(options); }) == "not refused");
    CHECK_THAT(refusal([&] { at_once const made(keeping(here, server.url())); }),
               contains_text("spool_dir is \"" + (here / "spool") + "\": it must be empty"));
    [[maybe_unused]] sonde::null_sink const off{sonde::null_sink::options{
        .api_url = "x", .retry_attempts = 1, .spool_dir = "x", .spool_max_bytes = 1, .redact_keys = 1}};
}

#if !defined(__SANITIZE_THREAD__)  // which follows no thread that is started in a child of a process with threads
TEST_CASE("a forked child keeps its own events, and another process replays them") {
    folder const here;
    http_server server;
    http_sink sink(keeping(here, server.url()));
    server.vanish();
    emit(sink, 0, 5);
    CHECK(sink.flush(30s) == sonde::delivery_report{.spooled = 5});
    auto const child = ::fork();
    if (child == 0) {
        emit(sink, 100, 10);
        auto const report = sink.flush(30s);
        ::_exit(report == sonde::delivery_report{.spooled = 10} && at_rest(sink) ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    server.come_back();
    emit(sink, 5, 1);
    sink.flush(30s);
    CHECK(comes_true([&] { return sink.stats().delivered == 16; }));
    CHECK(sink.stats().accepted == 16);
    CHECK(at_rest(sink));
    auto expected = numbers(0, 6);
    for (int const each : numbers(100, 10)) { expected.push_back(each); }
    auto all = amounts(server);
    std::stable_sort(all.begin(), all.end(), [](int a, int b) { return a / 100 < b / 100; });
    CHECK(all == expected);
}

TEST_CASE("of a process that is killed while it spools, all that a flush answered for is replayed") {
    constexpr int rounds = 20;
    constexpr unsigned seed = 5;
    auto const replays = GENERATE(false, true);  // when it is killed the server may be back
    std::srand(seed);
    for (int round = 0; round < rounds; ++round) {
        folder const here;
        http_server server;
        server.vanish();
        int pipes[2];
        REQUIRE(::pipe(pipes) == 0);
        auto const child = ::fork();
        if (child == 0) {
            ::alarm(120);
            http_sink sink(keeping(here, server.url()));
            for (int next = 0;;) {
                emit(sink, next, 7);
                next += 7;
                auto const report = sink.flush(30s);
                if (report.spooled + report.delivered != static_cast<std::uint64_t>(next)) { ::_exit(1); }
                if (::write(pipes[1], &next, sizeof next) != sizeof next) { ::_exit(2); }
            }
        }
        ::close(pipes[1]);
        int said = 0;
        auto wait = 1 + std::rand() % 50;
        auto const back_at = wait / 2;
        for (; ::read(pipes[0], &said, sizeof said) == sizeof said; --wait) {
            if (replays && wait == back_at) { server.come_back(); }
            if (wait == 0) { ::kill(child, SIGKILL); }  // and what it has said until then is read
        }
        ::close(pipes[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));

        if (!replays) { server.come_back(); }
        http_sink later(keeping(here, server.url()));
        emit(later, -1, 1);
        auto const report = later.flush(30s);
        auto all = amounts(server);
        INFO("round " << round << " of seed " << seed << ": " << said << " answered for, " << all.size() << " came");
        CHECK(report == sonde::delivery_report{.delivered = later.stats().accepted});
        CHECK(at_rest(later));
        REQUIRE(std::erase(all, -1) == 1);
        REQUIRE_FALSE(all.empty());
        if (replays) {  // one batch may have come twice
            CHECK(all.size() <= static_cast<std::size_t>(*std::max_element(all.begin(), all.end())) + 1 + 10);
            std::sort(all.begin(), all.end());
            all.erase(std::unique(all.begin(), all.end()), all.end());
        }
        REQUIRE(all.size() >= static_cast<std::size_t>(said));
        CHECK(all == numbers(0, static_cast<int>(all.size())));
    }
}
#endif
