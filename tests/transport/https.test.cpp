// SPDX-License-Identifier: MIT
// The transport over TLS, with nginx between it and the server.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"
#include "support/nginx.hpp"

#include <sonde/delivery/fork.hpp>
#include <sonde/transport/http_transport.hpp>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using sonde::http_transport;
using sonde::transport_outcome;
using sonde::tests::folder;
using sonde::tests::http_server;
using sonde::tests::make_certificates;
using sonde::tests::nginx;
using sonde::tests::there_is;

namespace {

// All that there is of it.
struct place {
    place() {
        make_certificates(here, "authority");
        front = std::make_unique<nginx>(here, server);
    }
    [[nodiscard]] http_transport::options options() const {
        return {.api_url = front->url(), .timeout = 60s, .ca_file = here / "authority.pem"};
    }
    // Which of nginx's connections the last request came on.
    [[nodiscard]] std::string connection() const { return server.requests().back().field("X-Connection"); }

    folder here;
    http_server server;
    std::unique_ptr<nginx> front;
};

std::string explained(http_transport const& transport, sonde::transport_result const& result) {
    std::string text;
    transport.explain(result, [&](sonde::exception const& error) { text = error.what(); });
    return text;
}

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

int const no_proxy = ::setenv("no_proxy", "*", 1);

}  // namespace

TEST_CASE("a server is trusted when its authority is, and only then") {
    if (!there_is("nginx") || !there_is("openssl")) { return; }
    place const all;
    INFO(sonde::tests::content(all.here / "nginx.log"));
    SECTION("the authority") {
        http_transport transport(all.options());
        for (int i = 0; i < 5; ++i) {
            auto const result = transport.send("1\n");
            INFO(explained(transport, result));
            REQUIRE(result.outcome == transport_outcome::delivered);
        }
        auto const requests = all.server.requests();
        REQUIRE(requests.size() == 5);
        CHECK(requests.front().body == R"({"events":[1]})");
        CHECK(requests.front().field("X-Connection") == requests.back().field("X-Connection"));
    }
    SECTION("another authority, even of the same name") {
        folder const other;
        make_certificates(other, "authority");
        auto chosen = all.options();
        chosen.ca_file = other / "authority.pem";
        chosen.allow_insecure = true;  // that is about plain http
        http_transport transport(chosen);
        auto const result = transport.send("1\n");
        CHECK(result.outcome == transport_outcome::failed);
        CHECK(result.cause == CURLE_PEER_FAILED_VERIFICATION);
        CHECK_THAT(explained(transport, result), sonde::tests::contains_text("certificate"));
        CHECK(all.server.requests().empty());
    }
    SECTION("those of the system") {
        auto chosen = all.options();
        chosen.ca_file.clear();
        CHECK(http_transport(chosen).send("1\n").outcome == transport_outcome::failed);
        CHECK(all.server.requests().empty());
    }
    SECTION("no such file") {
        auto chosen = all.options();
        chosen.ca_file = all.here / "none.pem";
        http_transport transport(chosen);
        auto const result = transport.send("1\n");
        CHECK(result.outcome == transport_outcome::failed);
        CHECK(result.cause == CURLE_SSL_CACERT_BADFILE);
    }
    SECTION("under another name") {
        auto chosen = all.options();
        chosen.api_url = all.front->url("localhost");
        CHECK(http_transport(chosen).send("1\n").cause == CURLE_PEER_FAILED_VERIFICATION);
        CHECK(all.server.requests().empty());
    }
}

TEST_CASE("what stands between us and the server answers too") {
    if (!there_is("nginx") || !there_is("openssl")) { return; }
    place all;
    http_transport transport(all.options());
    CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
    std::string const much = '"' + std::string(1 << 20, 'x') + "\"\n";
    auto const refused = transport.send(much);
    CHECK(refused.outcome == transport_outcome::halve);
    CHECK(refused.cause == 413);
    all.server.vanish();
    auto const gone = transport.send("1\n");
    CHECK(gone.outcome == transport_outcome::failed);
    CHECK(gone.cause == 502);
    all.server.come_back();
    CHECK(transport.send("1\n").outcome == transport_outcome::delivered);
}

TEST_CASE("a forked child neither uses its parent's secured connection nor says goodbye on it") {
    if (!there_is("nginx") || !there_is("openssl")) { return; }
    sonde::watch_forks();
    place all;
    http_transport transport(all.options());
    REQUIRE(transport.send("parent\n").problem == nullptr);
    auto const own = all.connection();
    REQUIRE(in_child([&] {
        auto const ends = std::move(transport);
        return true;
    }));
    CHECK(transport.send("parent again\n").problem == nullptr);
    CHECK(all.connection() == own);
    REQUIRE(in_child([&] { return transport.send("child\n").problem == nullptr; }));
    CHECK(all.connection() != own);
    CHECK(transport.send("parent again\n").problem == nullptr);
    CHECK(all.connection() == own);
}
