// SPDX-License-Identifier: MIT
// nginx in front of a test's server, with TLS.
#ifndef SONDE_TESTS_SUPPORT_NGINX_HPP
#define SONDE_TESTS_SUPPORT_NGINX_HPP

#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sonde::tests {

inline std::string program(std::string_view name) {
    for (std::string const place :
         {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/"}) {
        if (::access((place + std::string(name)).c_str(), X_OK) == 0) { return place + std::string(name); }
    }
    return {};
}

inline bool there_is(std::string_view name) {
    if (!program(name).empty()) { return true; }
    WARN("no " << name << " here, so TLS is not tried");
    return false;
}

/// An authority, `name`.pem, and a certificate of its for 127.0.0.1.
inline void make_certificates(folder const& here, std::string const& name) {
    write(here / "names", "subjectAltName=IP:127.0.0.1\n");
    std::string const key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ";
    auto const run = [&](std::string const& what) {
        auto const command = "cd " + here.path() + " && " + program("openssl") + ' ' + what + " 2>>openssl.log";
        return std::system(command.c_str()) == 0;
    };
    INFO(content(here / "openssl.log"));
    REQUIRE(run("req -x509 -days 2 -subj /CN=" + name + key + name + ".key -out " + name +
                ".pem -addext basicConstraints=critical,CA:TRUE"));
    REQUIRE(run("req -new -subj /CN=server" + key + "server.key -out server.csr"));
    REQUIRE(run("x509 -req -days 2 -in server.csr -CA " + name + ".pem -CAkey " + name +
                ".key -CAcreateserial -extfile names -out server.pem"));
}

/// nginx with that certificate. It is given a socket that listens already, as its own upgrades do, so that there is no
/// port to be guessed and nothing to wait for.
class nginx {
public:
    nginx(folder const& here, http_server const& behind, std::string const& max_body = "100k")
        : log_(here / "access.log") {
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
        write(here / "nginx.conf",
              configuration + "log_format each '$connection $status'; access_log access.log each;\n" +
                  "client_max_body_size " + max_body + "; lingering_close always;\n" +
                  "keepalive_requests 1000000;\nserver {\nlisten 127.0.0.1:" + port_ +
                  " ssl;\nssl_certificate server.pem; ssl_certificate_key server.key;\n" + "location / { proxy_pass " +
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
    nginx(nginx const&) = delete;  // the process is ended once
    nginx& operator=(nginx const&) = delete;
    ~nginx() { end(SIGTERM); }

    [[nodiscard]] std::string url(std::string const& host = "127.0.0.1") const {
        return "https://" + host + ':' + port_ + "/api/v1";
    }

    /// Ends it, when it has answered what it was asked, and gives what it has logged: for each request the number of its
    /// connection and the status of the answer.
    std::vector<std::string> ended() {
        end(SIGQUIT);
        return lines(log_);
    }

private:
    void end(int signal) {
        if (process_ == 0) { return; }
        ::kill(process_, signal);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

    pid_t process_ = 0;
    std::string port_, log_;
};

}  // namespace sonde::tests

#endif
