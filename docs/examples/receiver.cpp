// SPDX-License-Identifier: MIT
// A server that prints the events it is sent, a line each: `receiver [port] [events after which it ends]`. For trying the HTTP
// sink; it listens on this machine only, serves one connection at a time and knows no TLS.
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t most_bytes = 16 << 20;

// Reads until `text` has `bytes`, or its headers' end if that is 0. False when the client is gone, or sends too much.
bool read_more(int client, std::string& text, std::size_t bytes) {
    while (bytes == 0 ? text.find("\r\n\r\n") == text.npos : text.size() < bytes) {
        char part[16384];
        auto const count = ::recv(client, part, sizeof part, 0);
        if (count <= 0 || text.size() > most_bytes) { return false; }
        text.append(part, static_cast<std::size_t>(count));
    }
    return true;
}

std::size_t content_length(std::string const& headers) {
    auto const at = headers.find("Content-Length: ");
    return at == headers.npos ? 0 : std::strtoul(headers.c_str() + at + 16, nullptr, 10);
}

// Prints the events of one request after the other. How many there were.
long serve(int client) {
    long events = 0;
    for (std::string text; read_more(client, text, 0);) {
        auto const body_at = text.find("\r\n\r\n") + 4;
        auto const length = content_length(text.substr(0, body_at));
        if (length > most_bytes || !read_more(client, text, body_at + length)) { break; }
        auto const body = nlohmann::ordered_json::parse(text.substr(body_at, length), nullptr, false);
        auto const good = body.is_object() && body.contains("events") && body["events"].is_array();
        if (good) {
            for (auto const& event : body["events"]) { std::puts(event.dump().c_str()); }
            events += static_cast<long>(body["events"].size());
        }
        std::fflush(stdout);
        std::string const answer = good ? "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
                                        : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        text.erase(0, body_at + length);
    }
    return events;
}

}  // namespace

int main(int count, char** arguments) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(count > 1 ? std::atoi(arguments[1]) : 3002));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto const left_after = count > 2 ? std::atol(arguments[2]) : -1;

    auto const server = ::socket(AF_INET, SOCK_STREAM, 0);
    int const yes = 1;
    ::setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(server, 16) != 0) {
        std::perror("receiver");
        return 1;
    }
    socklen_t size = sizeof address;
    ::getsockname(server, reinterpret_cast<sockaddr*>(&address), &size);
    std::fprintf(stderr, "Listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));

    for (long events = 0; left_after < 0 || events < left_after;) {
        auto const client = ::accept(server, nullptr, nullptr);
        if (client < 0) { return 1; }
        events += serve(client);
        ::close(client);
    }
    ::close(server);
    return 0;
}
