// SPDX-License-Identifier: MIT
// A model over HTTP: a client that takes its answer as server-sent events, and a server in the model's place.
#ifndef DOCS_EXAMPLES_MODEL_OVER_HTTP_HPP
#define DOCS_EXAMPLES_MODEL_OVER_HTTP_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace harbour {

namespace asio = boost::asio;
using asio::ip::tcp;

// Posts a prompt, and hands out the tokens of the answer one by one, as they arrive.
class token_stream {
public:
    static asio::awaitable<token_stream> open(tcp::endpoint server, std::string prompt) {
        token_stream opened(tcp::socket(co_await asio::this_coro::executor));
        co_await opened.socket_.async_connect(server, asio::use_awaitable);
        std::string const request =
            "POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
            std::to_string(prompt.size()) + "\r\n\r\n" + prompt;
        co_await asio::async_write(opened.socket_, asio::buffer(request), asio::use_awaitable);
        auto const head = co_await opened.read_past("\r\n\r\n");
        if (!head.starts_with("HTTP/1.1 200 ")) { throw std::runtime_error("the model says " + head); }
        co_return std::move(opened);
    }
    asio::awaitable<std::optional<std::string>> next() {
        std::string event;
        while (!event.starts_with("data: ")) {
            event = co_await read_past("\n\n");
        }  // else it keeps the connection alive
        if (event == "data: [DONE]\n\n") { co_return std::nullopt; }
        co_return event.substr(6, event.size() - 8);  // between `data: ` and the empty line
    }

private:
    explicit token_stream(tcp::socket socket) : socket_(std::move(socket)) {}
    asio::awaitable<std::string> read_past(char const* mark) {
        auto const length =
            co_await asio::async_read_until(socket_, asio::dynamic_buffer(read_, 65'536), mark, asio::use_awaitable);
        auto part = read_.substr(0, length);
        read_.erase(0, length);
        co_return part;
    }
    tcp::socket socket_;
    std::string read_;
};

// In the model's place: answers one request.
inline asio::awaitable<void> serve_model(tcp::acceptor acceptor) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::string request;
    auto whole =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", asio::use_awaitable);
    whole += std::stoul(request.substr(request.find("Content-Length: ") + 16));
    co_await asio::async_read(socket, asio::dynamic_buffer(request), asio::transfer_exactly(whole - request.size()),
                              asio::use_awaitable);
    static constexpr std::string_view parts[] = {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
        "data: At high \n\n",
        "data: water, \n\n",
        "data: with the wind \n\n",
        "data: behind you.\n\n",
        "data: [DONE]\n\n"};
    for (auto part : parts) { co_await asio::async_write(socket, asio::buffer(part), asio::use_awaitable); }
}

}  // namespace harbour

#endif
