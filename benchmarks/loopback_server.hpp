// SPDX-License-Identifier: MIT
// A server on the loopback interface that answers every request with 200 at once, in a process of its own.
#ifndef SONDE_BENCHMARKS_LOOPBACK_SERVER_HPP
#define SONDE_BENCHMARKS_LOOPBACK_SERVER_HPP

#include <arpa/inet.h>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace benchmark {

/// Reads heads and bodies by their lengths and looks at nothing else: what is measured is the client.
/// *Requires*: made while the process has one thread.
class loopback_server {
public:
    loopback_server() {
        auto const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener, 16) != 0 || ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            return;
        }
        port_ = ntohs(address.sin_port);
        process_ = ::fork();
        if (process_ == 0) { serve(listener); }
        ::close(listener);
    }
    loopback_server(loopback_server const&) = delete;  // has a process
    loopback_server& operator=(loopback_server const&) = delete;
    ~loopback_server() {
        if (process_ <= 0) { return; }
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

    explicit operator bool() const noexcept { return process_ > 0; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/api/v1"; }

private:
    [[noreturn]] static void serve(int listener) {
        for (;;) {
            auto const connection = ::accept(listener, nullptr, nullptr);
            if (connection < 0) { continue; }
            if (::fork() == 0) { answer(connection); }
            ::close(connection);
        }
    }

    [[noreturn]] static void answer(int connection) {
        int const one = 1;
        ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        std::vector<char> buffer(std::size_t{1} << 20);
        std::size_t have = 0;  // bytes of the head read so far
        for (;;) {
            auto const got = ::read(connection, buffer.data() + have, buffer.size() - have);
            if (got <= 0) { std::_Exit(0); }
            have += static_cast<std::size_t>(got);
            std::string_view const seen(buffer.data(), have);
            auto const end = seen.find("\r\n\r\n");
            if (end == seen.npos) { continue; }
            auto const length = seen.find("Content-Length: ");
            auto left = length == seen.npos || length > end
                            ? std::size_t{0}
                            : static_cast<std::size_t>(std::strtoull(buffer.data() + length + 16, nullptr, 10));
            auto const with_head = have - end - 4;
            left -= with_head < left ? with_head : left;
            while (left != 0) {
                auto const more = ::read(connection, buffer.data(), left < buffer.size() ? left : buffer.size());
                if (more <= 0) { std::_Exit(0); }
                left -= static_cast<std::size_t>(more);
            }
            have = 0;
            if (::write(connection, ok.data(), ok.size()) < 0) { std::_Exit(0); }
        }
    }

    pid_t process_ = -1;
    unsigned port_ = 0;
};

}  // namespace benchmark

#endif
