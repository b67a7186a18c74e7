// SPDX-License-Identifier: MIT
// A server on this machine that answers as it is told, and remembers what it was asked.
#ifndef SONDE_TESTS_SUPPORT_HTTP_SERVER_HPP
#define SONDE_TESTS_SUPPORT_HTTP_SERVER_HPP

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sonde::tests {

using http_fields = std::vector<std::pair<std::string, std::string>>;

struct http_request {
    std::string method, target, body;
    http_fields fields;
    std::size_t connection = 0;  ///< which one it came on, counted from 1

    /// The value of the first field of that name; empty if there is none. Case does not matter.
    [[nodiscard]] std::string field(std::string_view name) const;
};

struct http_answer {
    enum class way {
        whole,
        stall,     ///< nothing, until `release` or the end
        drip,      ///< the header, and then nothing, until `release` or the end
        close,     ///< nothing, and the connection is closed
        cut,       ///< half of the body, and the connection is closed
        not_http,  ///< the body, and nothing else
    };
    int status = 200;
    std::string body = "{}";
    http_fields fields = {};
    way how = way::whole;
};

/// Listens on 127.0.0.1 from its construction to its end, with a thread for each connection.
/// *Thread safety*: any.
class http_server {
public:
    http_server();
    explicit http_server(std::function<http_answer(http_request const&)> answers) : http_server() {
        answer_by(std::move(answers));
    }
    http_server(http_server const&) = delete;  // its threads know where it lies
    http_server& operator=(http_server const&) = delete;
    ~http_server();

    /// How it answers from now on; 200 until told otherwise.
    void answer_by(std::function<http_answer(http_request const&)> answers);
    /// These in turn, the last one for good.
    void answer_in_turn(std::vector<http_answer> answers);
    void answer(http_answer always) { answer_in_turn({std::move(always)}); }

    [[nodiscard]] unsigned short port() const noexcept;
    /// `http://127.0.0.1:<port>`
    [[nodiscard]] std::string url() const;

    [[nodiscard]] std::vector<http_request> requests() const;
    /// From now on requests are remembered without their bodies, of which a great many are too much.
    void keep_no_bodies();
    [[nodiscard]] std::size_t connections() const;
    /// Waits until that many requests have come; false if they don't.
    bool wait_for(std::size_t requests, std::chrono::seconds most = std::chrono::seconds(60)) const;

    /// Ends every stall there is now.
    void release();
    /// Closes all connections and refuses others, until `come_back` on the same port.
    void vanish();
    void come_back();

private:
    class state;
    std::unique_ptr<state> state_;
};

/// A port of this machine that nobody listens on. Held, so that nobody will as long as it lives.
class refused_port {
public:
    refused_port();
    refused_port(refused_port const&) = delete;  // it holds the port
    refused_port& operator=(refused_port const&) = delete;
    ~refused_port();
    [[nodiscard]] std::string url() const;

private:
    int socket_;
    unsigned short port_ = 0;
};

}  // namespace sonde::tests

#endif
