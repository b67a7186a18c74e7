// SPDX-License-Identifier: MIT
// The transport over TLS, with nginx between it and the server.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"

#include <sonde/delivery/fork.hpp>
#include <sonde/transport/http_transport.hpp>

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

using namespace std::chrono_literals;
using sonde::http_transport;
using sonde::transport_outcome;
using sonde::tests::folder;
using sonde::tests::http_server;

namespace {

std::string program(std::string_view name) {
    for (std::string const place :
         {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/"}) {
        if (::access((place + std::string(name)).c_str(), X_OK) == 0) { return place + std::string(name); }
    }
    return {};
}

bool there_is(std::string_view name) {
    if (!program(name).empty()) { return true; }
    WARN("no " << name << " here, so TLS is not tried");
    return false;
}

// An authority, and a certificate of its for 127.0.0.1.
void make_certificates(folder const& here, std::string const& name) {
    sonde::tests::write(here / "names", "subjectAltName=IP:127.0.0.1\n");
    std::string const key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ";
    auto const run = [&](std::string const& what) {
        auto const command = "cd " + here.path() + " && " + program("openssl") + ' ' + what + " 2>>openssl.log";
        return std::system(command.c_str()) == 0;
    };
    INFO(sonde::tests::content(here / "openssl.log"));
    REQUIRE(run("req -x509 -days 2 -subj /CN=" + name + key + name + ".key -out " + name +
                ".pem -addext basicConstraints=critical,CA:TRUE"));
    REQUIRE(run("req -new -subj /CN=server" + key + "server.key -out server.csr"));
    REQUIRE(run("x509 -req -days 2 -in server.csr -CA " + name + ".pem -CAkey " + name +
                ".key -CAcreateserial -extfile names -out server.pem"));
}

// nginx with that certificate, in front of a server. It is given a socket that listens already, as its own upgrades do, so
// that there is no port to be guessed and nothing to wait for.
class front {
public:
    front(folder const& here, http_server const& behind) {
        auto const listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof place;
        auto* const address = reinterpret_cast<sockaddr*>(&place);
        REQUIRE(::bind(listening, address, size) == 0);
        REQUIRE(::listen(listening, 64) == 0);
        REQUIRE(::getsockname(listening, address, &size) == 0);
        port_ = std::to_string(ntohs(place.sin_port));

        // Its worker must be able to write to the folder, which is this user's.
        std::string configuration = ::geteuid() == 0 ? "user root;\n" : "";
        configuration += "daemon off; worker_processes 1; pid nginx.pid; error_log stderr; events {}\nhttp {\n";
        for (auto const* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            configuration += std::string(each) + "_temp_path " + each + "_temp;\n";
        }
        sonde::tests::write(
            here / "nginx.conf",
            configuration + "access_log off; client_max_body_size 100k; lingering_close always;\nserver {\n" +
                "listen 127.0.0.1:" + port_ + " ssl;\n" +
                "ssl_certificate server.pem; ssl_certificate_key server.key;\n" + "location / { proxy_pass " +
                behind.url() + "; proxy_set_header X-Connection $connection; }\n}\n}\n");

        constexpr int inherited = 10;
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, listening, inherited);
        ::posix_spawn_file_actions_addopen(&actions, 2, (here / "nginx.log").c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                           0600);
        auto const path = program("nginx"), prefix = here.path() + '/',
                   sockets = "NGINX=" + std::to_string(inherited) + ';';
        std::vector<char const*> words{path.c_str(), "-p", prefix.c_str(), "-c", "nginx.conf", "-e", "stderr", nullptr};
        std::vector<char const*> environment{sockets.c_str(), nullptr};
        REQUIRE(::posix_spawn(&process_, path.c_str(), &actions, nullptr, const_cast<char**>(words.data()),
                              const_cast<char**>(environment.data())) == 0);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(listening);
    }
    front(front const&) = delete;  // the process is ended once
    front& operator=(front const&) = delete;
    ~front() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    [[nodiscard]] std::string url(std::string const& host = "127.0.0.1") const {
        return "https://" + host + ':' + port_ + "/api/v1";
    }

private:
    pid_t process_ = 0;
    std::string port_;
};

// All that there is of it.
struct place {
    place() {
        make_certificates(here, "authority");
        nginx = std::make_unique<front>(here, server);
    }
    [[nodiscard]] http_transport::options options() const {
        return {.api_url = nginx->url(), .timeout = 60s, .ca_file = here / "authority.pem"};
    }
    // Which of nginx's connections the last request came on.
    [[nodiscard]] std::string connection() const { return server.requests().back().field("X-Connection"); }

    folder here;
    http_server server;
    std::unique_ptr<front> nginx;
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
        chosen.api_url = all.nginx->url("localhost");
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
