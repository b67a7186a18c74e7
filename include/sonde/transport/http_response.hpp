// SPDX-License-Identifier: MIT
// What a server answers, as much of it as matters and never more than fits.
#ifndef SONDE_TRANSPORT_HTTP_RESPONSE_HPP
#define SONDE_TRANSPORT_HTTP_RESPONSE_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace sonde {

/// Collects a response as it arrives. Of the body, the first `kept` bytes are kept and the next `drained` read, since a
/// connection can be used again only when all of its answer was read.
/// *Thread safety*: one thread at a time.
class http_response {
public:
    static constexpr std::size_t most_header_bytes = std::size_t{64} << 10;
    static constexpr std::size_t drained = std::size_t{256} << 10;

    /// May throw what allocating throws; nothing else here does.
    explicit http_response(std::size_t kept) : kept_(kept) { body_.reserve(kept); }

    /// Makes ready for the next response.
    void clear() noexcept {
        status_ = 0;
        complete_ = cut_ = false;
        header_bytes_ = body_bytes_ = 0;
        retry_after_.clear();
        body_.clear();
    }

    /// A line of the header, the status line and the empty one at its end among them. False: no more of them.
    bool header(std::string_view line) noexcept {
        if ((header_bytes_ += line.size()) > most_header_bytes) { return false; }
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) { line.remove_suffix(1); }
        if (line.starts_with("HTTP/")) {
            status_ = status_of(line);
            complete_ = false;
            retry_after_.clear();  // what came before was an interim response
        } else if (line.empty()) {
            complete_ = status_ >= 200;
        } else if (constexpr std::string_view name = "retry-after:"; is(line.substr(0, name.size()), name)) {
            line.remove_prefix(name.size());
            if (line.size() < retry_after_.capacity()) { retry_after_ = line; }  // never more than what the string has
        }
        return true;
    }

    /// More of the body. False: no more of it; that is no failure, but the end of this connection.
    bool body(std::string_view bytes) noexcept {
        auto const room = kept_ - body_.size();
        body_.append(bytes.substr(0, bytes.size() < room ? bytes.size() : room));  // within what was reserved
        body_bytes_ += bytes.size();
        return !(cut_ = body_bytes_ > kept_ + drained);
    }

    /// The whole header of a response that is no interim one has come.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// The rest of the body was left unread.
    [[nodiscard]] bool cut() const noexcept { return cut_; }
    [[nodiscard]] bool header_too_long() const noexcept { return header_bytes_ > most_header_bytes; }
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view retry_after() const noexcept { return retry_after_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

private:
    static int status_of(std::string_view line) noexcept {
        auto const space = line.find(' ');
        int status = 0;
        for (std::size_t i = 1; space != line.npos && i <= 3 && space + i < line.size(); ++i) {
            auto const digit = line[space + i];
            if (digit < '0' || digit > '9') { return 0; }
            status = status * 10 + (digit - '0');
        }
        return status;
    }
    static bool is(std::string_view text, std::string_view lower) noexcept {
        if (text.size() != lower.size()) { return false; }
        for (std::size_t i = 0; i != text.size(); ++i) {
            auto const c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
            if (c != lower[i]) { return false; }
        }
        return true;
    }

    std::size_t kept_;
    std::size_t header_bytes_ = 0, body_bytes_ = 0;
    std::string body_;
    std::string retry_after_ = std::string(64, ' ');  // room for any date there is
    int status_ = 0;
    bool complete_ = false, cut_ = false;
};

}  // namespace sonde

#endif
