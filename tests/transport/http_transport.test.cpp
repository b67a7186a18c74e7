// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/laws/transport.hpp"

#include <sonde/delivery/fork.hpp>
#include <sonde/transport/http_transport.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <netdb.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>
#include <zlib.h>

using namespace std::chrono_literals;
using sonde::http_transport;
using sonde::trace_id;
using sonde::transport_outcome;
using sonde::transport_result;
using sonde::tests::http_answer;
using sonde::tests::http_fields;
using sonde::tests::http_server;
using way = http_answer::way;

namespace {

constexpr std::string_view key = "sk_live_0123456789abcdefghijklmnopqrstuvwxyz/+==";
constexpr auto soon = 60s;  // for what comes at once, however busy the machine is

// A name lookup that lasts until it is let go. The program's own function goes before the C library's for libcurl too.
struct lookup {
    std::mutex mutex;
    std::condition_variable changed;
    int waiting = 0;
    bool let_go = false;

    static lookup& slow() {
        static auto* const it = new lookup;  // for threads that are still looking when the program ends
        return *it;
    }
};

}  // namespace

extern "C" int getaddrinfo(char const* node, char const* service, addrinfo const* hints, addrinfo** found) {
    if (node != nullptr && std::string_view(node) == "slow.test") {
        auto& slow = lookup::slow();
        std::unique_lock lock(slow.mutex);
        ++slow.waiting;
        slow.changed.notify_all();
        slow.changed.wait(lock, [&] { return slow.let_go; });
        return EAI_NONAME;
    }
    using type = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
    static auto const real = reinterpret_cast<type>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(node, service, hints, found);
}

namespace {

http_transport::options at(std::string url) {
    // Long, so that only what a test is about can run out of time.
    return {.api_url = url + "/api/v1", .api_key = key, .timeout = soon, .connect_timeout = soon};
}
http_transport::options at(http_server const& server) { return at(server.url()); }

http_transport::options hurried(http_transport::options chosen) {
    chosen.timeout = 50ms;
    return chosen;
}

// The lines that a body was made of, as far as they have no commas.
std::string lines_of(std::string const& body) {
    constexpr std::string_view before = R"({"events":[)", after = "]}";
    if (!body.starts_with(before) || !body.ends_with(after)) { return "not a batch: " + body; }
    auto lines = body.substr(before.size(), body.size() - before.size() - after.size()) + '\n';
    std::replace(lines.begin(), lines.end(), ',', '\n');
    return lines;
}

struct told {
    std::string what, body;
    int status = 0;
    char kind = '?';
};

struct teller {
    told& all;
    void operator()(sonde::network_error const& error) const { all = {error.what(), "", 0, 'n'}; }
    void operator()(sonde::api_error const& error) const {
        all = {error.what(), error.response_body(), error.status_code(), 'a'};
    }
    void operator()(sonde::authentication_error const& error) const {
        all = {error.what(), error.response_body(), error.status_code(), 'u'};
    }
};

told explained(http_transport const& transport, transport_result const& result) {
    told all;
    transport.explain(result, teller{all});
    return all;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Runs `body` in a child process; true if that ended as it should.
template <class Body>
bool in_child(Body&& body) {
    auto const child = ::fork();
    if (child == 0) {
        ::alarm(60);  // instead of hanging
        ::_exit(body() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Our ends of the connections to the server.
std::vector<int> sockets_to(http_server const& server) {
    std::vector<int> found;
    for (int each = 3; each < 1024; ++each) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(each, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.sin_family == AF_INET &&
            ntohs(peer.sin_port) == server.port()) {
            found.push_back(each);
        }
    }
    return found;
}

// The address sanitizer's allocator has locks that stay locked in a child when another thread held them.
constexpr bool may_fork_while_allocating =
#if defined(__SANITIZE_ADDRESS__)
    false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    false;
#else
    true;
#endif
#else
    true;
#endif

// The environment must not lead the tests to a proxy.
int const no_proxy = ::setenv("no_proxy", "*", 1);

}  // namespace

TEST_CASE("http_transport obeys the laws of transports") {
    http_server server;
    sonde::tests::delivers_by_law([&] { return http_transport(at(server)); },
                                  [&] {
                                      std::string all;
                                      for (auto const& each : server.requests()) { all += lines_of(each.body); }
                                      return all;
                                  });
    server.answer({.status = 503});
    http_transport failing(at(server));
    for (int i = 0; i < 3; ++i) { CHECK(failing.send("x\n").outcome == transport_outcome::failed); }
    sonde::tests::refused_port const nobody;
    http_transport alone(at(nobody.url()));
    sonde::tests::fails_by_law(alone);
}

TEST_CASE("lines become one request") {
    http_server server;
    http_transport transport(at(server));
    auto const result = transport.send("{\"a\":1}\n{\"b\":2}\n", trace_id{0x0123456789ABCDEF, 0xFEDCBA9876543210});
    CHECK(result.outcome == transport_outcome::delivered);
    CHECK(result.taken == 16);
    REQUIRE(server.requests().size() == 1);
    auto const request = server.requests().front();
    CHECK(request.method == "POST");
    CHECK(request.target == "/api/v1/events/batch");
    CHECK(request.body == R"({"events":[{"a":1},{"b":2}]})");
    CHECK(request.field("Content-Type") == "application/json");
    CHECK(request.field("User-Agent") == "sonde/0.1.0");
    CHECK(request.field("Idempotency-Key") == "0123456789abcdeffedcba9876543210");
    CHECK(request.field("X-API-Key") == key);
    CHECK(request.field("Authorization").empty());
    CHECK(request.field("Content-Encoding").empty());
    CHECK(request.field("Transfer-Encoding").empty());
}

TEST_CASE("the key may be a bearer's") {
    http_server server;
    auto chosen = at(server);
    chosen.authentication = sonde::authentication::bearer;
    CHECK(http_transport(chosen).send("1\n").problem == nullptr);
    CHECK(server.requests().front().field("Authorization") == "Bearer " + std::string(key));
    CHECK(server.requests().front().field("X-API-Key").empty());
    chosen.api_key = {};
    CHECK(http_transport(chosen).send("1\n").problem == nullptr);
    CHECK(server.requests().back().field("Authorization").empty());
}

TEST_CASE("a query is kept, a slash at the end is not") {
    http_server server;
    http_transport transport({.api_url = server.url() + "/base/?token=secret"});
    CHECK(transport.send("1\n").problem == nullptr);
    CHECK(server.requests().front().target == "/base/events/batch?token=secret");
    CHECK(transport.address() == server.url() + "/base/events/batch");
}

TEST_CASE("many requests have one connection, and each the id it was given") {
    http_server server;
    http_transport transport(at(server));
    for (std::uint64_t i = 1; i <= 100; ++i) {
        REQUIRE(transport.send("1\n", trace_id{i, i}).outcome == transport_outcome::delivered);
    }
    CHECK(server.connections() == 1);
    auto const requests = server.requests();
    REQUIRE(requests.size() == 100);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        CHECK(requests[i - 1].field("Idempotency-Key") == sonde::to_text(trace_id{i, i}).view());
    }
    transport.send("1\n");
    transport.send("1\n");
    auto const own = server.requests();
    CHECK(own[100].field("Idempotency-Key") != own[101].field("Idempotency-Key"));
    CHECK(own[101].field("Idempotency-Key").size() == 32);
}

TEST_CASE("a connection is kept after answers of any status and of some length") {
    http_server server;
    std::string const page(20'000, 'x');
    server.answer_in_turn(
        {{.status = 500, .body = page}, {.status = 404, .body = page}, {.status = 204}, {.status = 200}});
    http_transport transport(at(server));
    for (int i = 0; i < 4; ++i) { transport.send("1\n"); }
    CHECK(server.connections() == 1);
}

TEST_CASE("a body may be compressed") {
    http_server server;
    auto chosen = at(server);
    chosen.gzip = true;
    http_transport transport(chosen);
    for (std::size_t count : {1U, 5'000U, 3U}) {
        std::string lines;
        for (std::size_t i = 0; i < count; ++i) { lines += "{\"number\":" + std::to_string(i) + "}\n"; }
        auto const result = transport.send(lines);
        CHECK(result.taken == lines.size());
        auto const request = server.requests().back();
        CHECK(request.field("Content-Encoding") == "gzip");
        std::string plain(lines.size() + 100, '\0');
        z_stream stream{};
        REQUIRE(::inflateInit2(&stream, 15 + 16) == Z_OK);
        auto packed = request.body;
        stream.next_in = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_in = static_cast<uInt>(packed.size());
        stream.next_out = reinterpret_cast<Bytef*>(plain.data());
        stream.avail_out = static_cast<uInt>(plain.size());
        CHECK(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
        plain.resize(stream.total_out);
        ::inflateEnd(&stream);
        CHECK(lines_of(plain) == lines);
        if (count == 5'000) { CHECK(packed.size() < plain.size() / 3); }
    }
}

TEST_CASE("a large body is sent without asking first") {
    http_server server;
    http_transport transport(at(server));
    std::string const large = std::string(std::size_t{4} << 20, 'x') + '\n';
    CHECK(transport.send(large).taken == large.size());
    REQUIRE(server.requests().size() == 1);
    CHECK((lines_of(server.requests().front().body) == large));
    CHECK(server.requests().front().field("Expect").empty());
}

TEST_CASE("every status means what it should") {
    http_server server;
    http_transport transport(at(server));
    auto const sent = [&](int status) {
        server.answer({.status = status, .body = "{\"why\":\"so\"}"});
        auto const result = transport.send("1\n");
        CAPTURE(status);
        if (status < 200 || status > 299) {
            CHECK(result.taken == 0);
            CHECK(result.cause == status);
            auto const all = explained(transport, result);
            CHECK(all.status == status);
            CHECK(all.body == (status == 304 ? "" : "{\"why\":\"so\"}"));
            CHECK(all.kind == (status == 401 || status == 403 ? 'u' : 'a'));
            CHECK(contains(all.what, "sonde: cannot deliver to " + server.url() + "/api/v1/events/batch: "));
            CHECK(contains(all.what, std::to_string(status)));
        } else {
            CHECK(result.taken == 2);
            CHECK(result.problem == nullptr);
        }
        return result.outcome;
    };
    for (int const status : {200, 201, 202, 204, 226, 299}) { CHECK(sent(status) == transport_outcome::delivered); }
    for (int const status : {408, 429, 500, 501, 502, 503, 504, 507, 599}) {
        CHECK(sent(status) == transport_outcome::failed);
    }
    for (int const status : {401, 403}) { CHECK(sent(status) == transport_outcome::refused); }
    for (int const status : {400, 413, 422}) { CHECK(sent(status) == transport_outcome::halve); }
    for (int const status : {300, 301, 302, 304, 307, 308, 402, 404, 405, 409, 410, 411, 415, 418, 451, 499}) {
        CHECK(sent(status) == transport_outcome::rejected);
    }
}

TEST_CASE("a redirect is not followed, so the key goes nowhere else") {
    http_server server, other;
    server.answer({.status = 307, .fields = {{"Location", other.url() + "/api/v1/events/batch"}}});
    http_transport transport(at(server));
    CHECK(transport.send("1\n").outcome == transport_outcome::rejected);
    CHECK(other.connections() == 0);
}

TEST_CASE("how long to wait is taken from whoever may be asked again") {
    http_server server;
    http_transport transport(at(server));
    auto const wait = [&](int status, std::string value) {
        server.answer({.status = status, .fields = {{"retry-AFTER", std::move(value)}}});
        return transport.send("1\n").retry_after_ms;
    };
    for (int const status : {408, 429, 500, 503}) { CHECK(wait(status, "7") == 7000); }
    CHECK(wait(503, "99999999999999999999") == 3'600'000);
    CHECK(wait(503, "Fri, 31 Dec 9999 23:59:59 GMT") == 3'600'000);
    CHECK(wait(503, "Sun, 06 Nov 1994 08:49:37 GMT") == 0);
    CHECK(wait(503, "soon") == 0);
    for (int const status : {200, 302, 400, 401, 404, 413}) { CHECK(wait(status, "7") == 0); }
    server.answer({.status = 503});
    CHECK(transport.send("1\n").retry_after_ms == 0);  // not what the answer before said
}

TEST_CASE("a server that does not answer is not waited for") {
    http_server server;
    auto const how = GENERATE(way::stall, way::drip);
    server.answer({.how = how});
    http_transport transport(hurried(at(server)));
    auto const result = transport.send("1\n");
    CHECK(result.outcome == transport_outcome::failed);
    CHECK(result.cause == CURLE_OPERATION_TIMEDOUT);
    CHECK(result.taken == 0);
    auto const all = explained(transport, result);
    CHECK(all.kind == 'n');
    CHECK(contains(all.what, "sonde: cannot reach " + server.url() + "/api/v1/events/batch: "));
    CHECK(contains(all.what, "timed out"));
}

TEST_CASE("a server that never takes the connection is not waited for") {
    // A backlog that is full: the handshake of whoever comes next is left unanswered.
    sonde::open_sockets all;
    auto const listening = all.open(AF_INET, SOCK_STREAM, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* const address = reinterpret_cast<sockaddr*>(&place);
    REQUIRE(::bind(listening, address, size) == 0);
    REQUIRE(::listen(listening, 0) == 0);
    REQUIRE(::getsockname(listening, address, &size) == 0);
    for (int i = 0; i < 4; ++i) {
        auto const filler = all.open(AF_INET, SOCK_STREAM, 0);
        REQUIRE(::fcntl(filler, F_SETFL, O_NONBLOCK) == 0);
        static_cast<void>(::connect(filler, address, size));
    }
    auto chosen = at("http://127.0.0.1:" + std::to_string(ntohs(place.sin_port)));
    chosen.connect_timeout = 50ms;
    CHECK(http_transport(chosen).send("1\n").cause == CURLE_OPERATION_TIMEDOUT);
    CHECK(http_transport(hurried(chosen)).send("1\n").cause == CURLE_OPERATION_TIMEDOUT);
    all.close_all();
}

TEST_CASE("a connection that breaks is a failure, and the next request has another") {
    http_server server;
    http_transport transport(at(server));
    REQUIRE(transport.send("1\n").problem == nullptr);
    for (auto const how : {way::close, way::cut, way::not_http}) {
        server.answer({.body = "half a body is what arrives", .how = how});
        auto const result = transport.send("1\n");
        CHECK(result.outcome == transport_outcome::failed);
        CHECK(explained(transport, result).kind == 'n');
        server.answer(http_answer{});
        CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
    }
}

TEST_CASE("who refuses need not say why to the end") {
    http_server server;
    SECTION("because the connection breaks") {
        http_transport transport(at(server));
        server.answer({.status = 413, .body = "too much of a good thing", .how = way::cut});
        CHECK(transport.send("1\n").outcome == transport_outcome::halve);
        server.answer({.status = 401, .body = "who are you", .how = way::cut});
        CHECK(transport.send("1\n").outcome == transport_outcome::refused);
    }
    SECTION("because there is no more time") {
        auto chosen = at(server);
        chosen.timeout = 1s;  // enough for the header to come, also on a busy machine
        http_transport transport(chosen);
        server.answer({.status = 413, .body = "too much of a good thing", .how = way::drip});
        CHECK(transport.send("1\n").outcome == transport_outcome::halve);
    }
}

TEST_CASE("a server that is gone is a failure, until it comes back") {
    http_server server;
    http_transport transport(at(server));
    CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
    server.vanish();
    for (int i = 0; i < 3; ++i) {
        auto const result = transport.send("2\n");
        CHECK(result.outcome == transport_outcome::failed);
        CHECK(result.cause == CURLE_COULDNT_CONNECT);
        CHECK(contains(explained(transport, result).what, "connect"));
    }
    server.come_back();
    CHECK(transport.send("3\n").outcome == transport_outcome::delivered);
    CHECK(server.requests().size() == 2);
}

TEST_CASE("a connection closed while nobody used it costs nothing") {
    http_server server;
    http_transport transport(at(server));
    for (int i = 0; i < 10; ++i) {
        CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
        server.vanish();
        server.come_back();
    }
    CHECK(server.requests().size() == 10);
}

TEST_CASE("a host that there is not is a failure") {
    auto chosen = at("http://there-is-none.invalid");
    chosen.allow_insecure = true;
    http_transport transport(chosen);
    auto const result = transport.send("1\n");
    CHECK(result.outcome == transport_outcome::failed);
    CHECK(result.cause == CURLE_COULDNT_RESOLVE_HOST);
    CHECK(contains(explained(transport, result).what, "there-is-none.invalid"));
}

TEST_CASE("looking up a name is part of the time, and can be given up") {
    auto& slow = lookup::slow();
    auto chosen = at("http://slow.test");
    chosen.allow_insecure = true;
    auto const begun = [&](int before) {
        std::unique_lock lock(slow.mutex);
        return slow.changed.wait_for(lock, soon, [&] { return slow.waiting > before; });
    };
    auto const count = [&] {
        std::unique_lock const lock(slow.mutex);
        return slow.waiting;
    };
    SECTION("in time") {
        http_transport transport(hurried(chosen));
        CHECK(transport.send("1\n").cause == CURLE_OPERATION_TIMEDOUT);
    }
    SECTION("given up") {
        // If giving up waited for the lookup, this would never end: nobody lets that go.
        auto const before = count();
        http_transport transport(chosen);
        transport.start("1\n", trace_id{1, 1});
        REQUIRE(begun(before));
        transport.cancel();
        transport_result result;
        CHECK(transport.finished(0ms, result));
        CHECK(result.outcome == transport_outcome::failed);
    }
    SECTION("destroyed") {
        auto const before = count();
        http_transport transport(chosen);
        transport.start("1\n", trace_id{1, 1});
        REQUIRE(begun(before));
    }
    SECTION("another request in its place") {
        auto const before = count();
        http_transport transport(chosen);
        transport.start("1\n", trace_id{1, 1});
        REQUIRE(begun(before));
        transport.start("2\n", trace_id{2, 2});
        REQUIRE(begun(before + 1));
    }
}

TEST_CASE("what is begun goes on while nobody asks for it") {
    http_server server;
    http_transport transport(at(server));
    REQUIRE(transport.send("0\n").problem == nullptr);  // with a connection, sending takes no more than `start`
    std::string const lines = "1\n2\n";
    transport.start(lines, trace_id{1, 1});
    CHECK(server.wait_for(2));
    transport_result result;
    CHECK(transport.finished(soon, result));
    CHECK(result.outcome == transport_outcome::delivered);
    CHECK(result.taken == 4);
    CHECK(transport.finished(soon, result));  // once only
    CHECK(result.outcome == transport_outcome::failed);
}

TEST_CASE("asking may be bounded, and repeated") {
    http_server server;
    server.answer({.how = way::stall});
    http_transport transport(at(server));
    transport.start("1\n", trace_id{1, 1});
    transport_result result;
    CHECK_FALSE(transport.finished(0ms, result));
    CHECK_FALSE(transport.finished(10ms, result));
    CHECK_FALSE(transport.finished(std::chrono::steady_clock::now() - 1h, result));
    REQUIRE([&] {  // what `start` could not send yet, asking does
        while (server.requests().empty()) { CHECK_FALSE(transport.finished(1ms, result)); }
        return true;
    }());
    server.release();
    CHECK(transport.finished(soon, result));
    CHECK(result.outcome == transport_outcome::delivered);
}

TEST_CASE("waking ends the wait, and is never lost") {
    http_server server;
    server.answer({.how = way::stall});
    http_transport transport(at(server));
    transport_result result;
    SECTION("before there is anything to wait for") {
        transport.wake();
        transport.start("1\n", trace_id{1, 1});
        CHECK_FALSE(transport.finished(soon, result));
    }
    SECTION("just before the wait") {
        transport.start("1\n", trace_id{1, 1});
        for (int i = 0; i < 100; ++i) {
            transport.wake();
            REQUIRE_FALSE(transport.finished(soon, result));
        }
    }
    SECTION("from another thread, whenever that comes to it") {
        transport.start("1\n", trace_id{1, 1});
        std::atomic<int> waits{0};
        constexpr int count = 2000;
        std::thread waker([&] {
            for (int i = 1; i <= count; ++i) {
                transport.wake();
                while (waits.load() < i) { std::this_thread::yield(); }
            }
        });
        auto const before = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) {
            if (transport.finished(before + soon, result)) { break; }
            waits.fetch_add(1);
        }
        CHECK(waits.load() == count);
        CHECK(std::chrono::steady_clock::now() < before + soon);  // else it was time that ended a wait
        waits = count;
        waker.join();
    }
    SECTION("`send` is not for waking, and leaves it for the next wait") {
        server.answer(http_answer{});
        transport.wake();
        CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
        server.answer({.how = way::stall});
        transport.start("1\n", trace_id{1, 1});
        CHECK_FALSE(transport.finished(soon, result));
    }
}

TEST_CASE("what is in flight can be given up when another thread says so") {
    http_server server;
    server.answer({.how = way::stall});
    http_transport transport(at(server));
    transport.start("1\n", trace_id{1, 1});
    std::thread other([&] {
        server.wait_for(1);
        transport.wake();
    });
    transport_result result;
    CHECK_FALSE(transport.finished(soon, result));
    other.join();
    transport.cancel();
    transport.cancel();
    CHECK(transport.finished(soon, result));
    CHECK(result.outcome == transport_outcome::failed);
    CHECK(result.problem != nullptr);
    server.answer(http_answer{});
    CHECK(transport.send("2\n").outcome == transport_outcome::delivered);
    CHECK(server.requests().back().connection == 2);  // nobody knows what still comes on the first
}

TEST_CASE("an answer without end is read no further than makes sense") {
    http_server server;
    http_transport transport(at(server));
    SECTION("its body") {
        server.answer({.status = 200, .body = std::string(8 << 20, 'x')});
        CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
        server.answer({.status = 400, .body = std::string(8 << 20, 'x')});
        auto const result = transport.send("1\n");
        CHECK(result.outcome == transport_outcome::halve);
        CHECK(explained(transport, result).body == std::string(4096, 'x'));
        CHECK(server.connections() == 2);
    }
    SECTION("its header") {
        server.answer({.fields = http_fields(2'000, {"X-Name", std::string(100, 'x')})});
        CHECK(transport.send("1\n").outcome == transport_outcome::failed);
        server.answer({.fields = {{"X-Name", std::string(90'000, 'x')}}});
        CHECK(transport.send("1\n").outcome == transport_outcome::failed);
    }
    server.answer(http_answer{});
    CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
}

TEST_CASE("nothing that is told has the key in it") {
    http_server server;
    auto const secret = std::string(key);
    server.answer_by([&](sonde::tests::http_request const& request) {
        return http_answer{.status = 403,
                           .body = request.field("X-API-Key") + " is " + secret.substr(0, secret.size() - 4) +
                                   "\\/+== " + std::string(4096, 'x') + secret};
    });
    http_transport transport(at(server));
    auto const result = transport.send("1\n");
    auto const all = explained(transport, result);
    CHECK(all.kind == 'u');
    CHECK_FALSE(contains(all.body, secret));
    CHECK_FALSE(contains(all.body, secret.substr(0, 12)));
    CHECK(contains(all.body, "sk_live_.../+== is "));
    CHECK_FALSE(contains(all.what, secret.substr(0, 12)));
}

TEST_CASE("what was said is told of the last result only") {
    http_server server;
    server.answer({.status = 400, .body = "first"});
    http_transport transport(at(server));
    auto const first = transport.send("1\n");
    CHECK(explained(transport, first).body == "first");
    server.answer({.status = 409, .body = "second"});
    auto const second = transport.send("1\n");
    CHECK(explained(transport, second).body == "second");
    CHECK(explained(transport, first).body.empty());
    CHECK(explained(transport, first).status == 400);
    auto moved = std::move(transport);
    CHECK(explained(moved, second).body == "second");
}

TEST_CASE("a message names no user info and no query") {
    sonde::tests::refused_port const nobody;
    http_transport transport({.api_url = nobody.url() + "/api?token=hidden"});
    auto const all = explained(transport, transport.send("1\n"));
    CHECK_FALSE(contains(all.what, "hidden"));
    CHECK(contains(all.what, nobody.url() + "/api/events/batch"));
}

TEST_CASE("a proxy is taken from the environment") {
    http_server proxy;
    ::unsetenv("no_proxy");
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    auto chosen = at("http://elsewhere.invalid");
    chosen.allow_insecure = true;
    auto const result = http_transport(chosen).send("1\n");
    ::unsetenv("http_proxy");
    ::setenv("no_proxy", "*", 1);
    CHECK(result.outcome == transport_outcome::delivered);
    CHECK(proxy.requests().front().target == "http://elsewhere.invalid/api/v1/events/batch");
}

TEST_CASE("no program started later inherits the connection") {
    http_server server;
    http_transport transport(at(server));
    CHECK(transport.open().problem == nullptr);
    CHECK(sockets_to(server).empty());  // opening only makes ready
    REQUIRE(transport.send("1\n").problem == nullptr);
    REQUIRE(sockets_to(server).size() == 1);
    CHECK((::fcntl(sockets_to(server).front(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a forked child has a connection of its own, and leaves its parent's alone") {
    sonde::watch_forks();
    http_server server;
    http_transport transport(at(server));
    REQUIRE(transport.send("parent\n").problem == nullptr);
    SECTION("when it sends") {
        REQUIRE(in_child([&] {
            auto const all =
                transport.send("child\n").problem == nullptr && transport.send("again\n").problem == nullptr;
            return all && in_child([&] { return transport.send("grandchild\n").problem == nullptr; });
        }));
        auto const requests = server.requests();
        REQUIRE(requests.size() == 4);
        CHECK(requests[1].connection == 2);
        CHECK(requests[2].connection == 2);
        CHECK(requests[3].connection == 3);
    }
    SECTION("when it only ends it") {
        REQUIRE(in_child([&] {
            auto const ends = std::move(transport);
            return true;
        }));
    }
    SECTION("while something was in flight") {
        server.answer({.how = way::stall});
        transport.start("stalled\n", trace_id{1, 1});
        transport_result result;
        while (server.requests().size() < 2) { CHECK_FALSE(transport.finished(1ms, result)); }
        REQUIRE(in_child([&] {
            // It is the parent's to finish.
            return transport.finished(soon, result) && result.outcome == transport_outcome::failed;
        }));
        REQUIRE(in_child([&] {
            transport.cancel();
            return true;
        }));
        server.release();
        CHECK(transport.finished(soon, result));
        CHECK(result.outcome == transport_outcome::delivered);
        server.answer(http_answer{});
    }
    SECTION("while another thread was within libcurl") {
        if (!may_fork_while_allocating) { return; }
        std::atomic<bool> stop{false};
        std::thread busy([&] {
            while (!stop) { transport.send("busy\n"); }
        });
        bool all = true;
        for (int i = 0; i < 20; ++i) {
            all = all && in_child([&] {
                      transport.wake();
                      return transport.send("child\n").problem == nullptr;
                  });
        }
        stop = true;
        busy.join();
        CHECK(all);
    }
    CHECK(transport.send("parent again\n").problem == nullptr);
    CHECK(server.requests().back().connection == 1);
}

TEST_CASE("a forked child does not keep its parent's connection open") {
    sonde::watch_forks();
    http_server server;
    http_transport transport(at(server));
    REQUIRE(transport.send("1\n").problem == nullptr);
    REQUIRE(sockets_to(server).size() == 1);
    CHECK(in_child([&] {
        transport.cancel();
        return sockets_to(server).empty();
    }));
    CHECK(sockets_to(server).size() == 1);
}

TEST_CASE("a moved transport goes on with the connection") {
    http_server server;
    http_transport first(at(server));
    REQUIRE(first.send("1\n").problem == nullptr);
    auto second = std::move(first);
    REQUIRE(second.send("2\n").problem == nullptr);
    CHECK(server.connections() == 1);
}

TEST_CASE("the signal of a connection that is gone does not end the program") {
    std::signal(SIGPIPE, SIG_DFL);
    http_server server;
    server.answer({.how = way::close});
    http_transport transport(at(server));
    std::string const much(std::size_t{16} << 20, 'x');
    for (int i = 0; i < 5; ++i) { CHECK(transport.send(much).outcome == transport_outcome::failed); }
}
