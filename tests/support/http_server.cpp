// SPDX-License-Identifier: MIT
#include "support/http_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace sonde::tests {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {

// The end of a connection that is only cut: asio is not told, so that both sides may do it at any time.
void shut(tcp::socket& socket) { ::shutdown(socket.native_handle(), SHUT_RDWR); }

bool same_letters(std::string_view a, std::string_view b) {
    return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

std::string header_of(http_answer const& answer) {
    auto const reason = beast::http::obsolete_reason(beast::http::int_to_status(static_cast<unsigned>(answer.status)));
    std::string text =
        "HTTP/1.1 " + std::to_string(answer.status) + ' ' + std::string(reason.data(), reason.size()) + "\r\n";
    for (auto const& [name, value] : answer.fields) { text += name + ": " + value + "\r\n"; }
    if (answer.status != 204 && answer.status != 304) {
        text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    }
    return text + "\r\n";
}

}  // namespace

std::string http_request::field(std::string_view name) const {
    for (auto const& [each, value] : fields) {
        if (same_letters(each, name)) { return value; }
    }
    return {};
}

class http_server::state {
public:
    state() {
        listen(0);
        port_ = acceptor_->local_endpoint().port();
    }
    ~state() { vanish(); }

    // `mutex_` is held wherever members are used; never while a socket is waited on.
    void vanish() {
        {
            std::unique_lock const lock(mutex_);
            if (!acceptor_) { return; }
            gone_ = true;
            ::shutdown(acceptor_->native_handle(), SHUT_RDWR);  // ends the wait of `accept`
            for (auto& each : open_) { shut(each.socket); }
            changed_.notify_all();
        }
        listener_.join();
        for (auto& each : open_) { each.thread.join(); }
        open_.clear();
        acceptor_.reset();
    }
    void come_back() { listen(port_); }

    void answer(std::function<http_answer(http_request const&)> answers) {
        std::unique_lock const lock(mutex_);
        answers_ = std::move(answers);
    }
    std::vector<http_request> requests() const {
        std::unique_lock const lock(mutex_);
        return requests_;
    }
    void keep_no_bodies() {
        std::unique_lock const lock(mutex_);
        keeps_bodies_ = false;
    }
    std::size_t connections() const {
        std::unique_lock const lock(mutex_);
        return connections_;
    }
    bool wait_for(std::size_t requests, std::chrono::seconds most) const {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, most, [&] { return requests_.size() >= requests; });
    }
    void release() {
        std::unique_lock const lock(mutex_);
        ++releases_;
        changed_.notify_all();
    }
    unsigned short port() const noexcept { return port_; }

private:
    struct connection {
        tcp::socket socket;
        std::size_t number;
        std::thread thread = {};
        std::atomic<bool> over = false;
    };

    void listen(unsigned short port) {
        gone_ = false;
        acceptor_ = std::make_unique<tcp::acceptor>(context_, tcp::endpoint(asio::ip::address_v4::loopback(), port));
        listener_ = std::thread([this] { accept(); });
    }

    void accept() {
        for (;;) {
            tcp::socket socket(context_);
            boost::system::error_code error;
            acceptor_->accept(socket, error);
            std::unique_lock const lock(mutex_);
            if (gone_) { return; }
            if (error) { continue; }
            socket.set_option(tcp::no_delay(true), error);
            forget_what_is_over();
            auto& fresh = open_.emplace_back(std::move(socket), ++connections_);
            fresh.thread = std::thread([this, &fresh] {
                serve(fresh);
                fresh.over = true;
            });
        }
    }

    void forget_what_is_over() {
        for (auto at = open_.begin(); at != open_.end();) {
            if (!at->over) {
                ++at;
                continue;
            }
            at->thread.join();
            at = open_.erase(at);
        }
    }

    void serve(connection& here) {
        beast::flat_buffer buffer;
        for (;;) {
            beast::http::request_parser<beast::http::string_body> parser;
            parser.body_limit(std::uint64_t{1} << 30);
            boost::system::error_code error;
            beast::http::read(here.socket, buffer, parser, error);
            if (error || !reply(here, parser.get())) { break; }
        }
        shut(here.socket);
    }

    template <class Message>
    bool reply(connection& here, Message& message) {
        http_request request;
        request.method = std::string(message.method_string());
        request.target = std::string(message.target());
        request.body = std::move(message.body());
        for (auto const& each : message) { request.fields.emplace_back(each.name_string(), each.value()); }
        request.connection = here.number;

        std::unique_lock lock(mutex_);
        auto const answer = answers_ ? answers_(request) : http_answer{};
        if (!keeps_bodies_) { std::string().swap(request.body); }
        requests_.push_back(std::move(request));
        changed_.notify_all();
        auto const released = releases_;
        auto const wait = [&] { changed_.wait(lock, [&] { return gone_ || releases_ != released; }); };
        if (answer.how == http_answer::way::stall) { wait(); }
        lock.unlock();

        using way = http_answer::way;
        switch (answer.how) {
        case way::close:
            return false;
        case way::cut:
            write(here, header_of(answer) + answer.body.substr(0, answer.body.size() / 2));
            return false;
        case way::not_http:
            write(here, answer.body);
            return false;
        case way::drip:
            write(here, header_of(answer));
            lock.lock();
            wait();
            lock.unlock();
            return write(here, answer.body);
        default:
            return write(here, header_of(answer) + answer.body);
        }
    }

    static bool write(connection& here, std::string const& text) {
        boost::system::error_code error;
        asio::write(here.socket, asio::buffer(text), error);
        return !error;
    }

    asio::io_context context_;
    std::unique_ptr<tcp::acceptor> acceptor_;
    unsigned short port_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::function<http_answer(http_request const&)> answers_;
    std::vector<http_request> requests_;
    std::list<connection> open_;
    std::size_t connections_ = 0, releases_ = 0;
    bool gone_ = false, keeps_bodies_ = true;
    std::thread listener_;
};

http_server::http_server() : state_(std::make_unique<state>()) {}
http_server::~http_server() = default;
void http_server::answer_by(std::function<http_answer(http_request const&)> answers) {
    state_->answer(std::move(answers));
}
void http_server::answer_in_turn(std::vector<http_answer> answers) {
    state_->answer([all = std::move(answers), next = std::size_t{0}](http_request const&) mutable {
        auto const& each = all.at((std::min)(next, all.size() - 1));
        ++next;
        return each;
    });
}
unsigned short http_server::port() const noexcept { return state_->port(); }
std::string http_server::url() const { return "http://127.0.0.1:" + std::to_string(port()); }
std::vector<http_request> http_server::requests() const { return state_->requests(); }
void http_server::keep_no_bodies() { state_->keep_no_bodies(); }
std::size_t http_server::connections() const { return state_->connections(); }
bool http_server::wait_for(std::size_t requests, std::chrono::seconds most) const {
    return state_->wait_for(requests, most);
}
void http_server::release() { state_->release(); }
void http_server::vanish() { state_->vanish(); }
void http_server::come_back() { state_->come_back(); }

refused_port::refused_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // Bound and not listening: nobody else gets it, and who connects to it is refused.
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* const address = reinterpret_cast<sockaddr*>(&place);
    if (::bind(socket_, address, size) == 0 && ::getsockname(socket_, address, &size) == 0) {
        port_ = ntohs(place.sin_port);
    }
}
refused_port::~refused_port() { ::close(socket_); }
std::string refused_port::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

}  // namespace sonde::tests
