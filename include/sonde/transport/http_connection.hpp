// SPDX-License-Identifier: MIT
// One connection to a server through libcurl, and the one request that may be under way on it.
#ifndef SONDE_TRANSPORT_HTTP_CONNECTION_HPP
#define SONDE_TRANSPORT_HTTP_CONNECTION_HPP

#include <sonde/codec/batch_body.hpp>
#include <sonde/context/id_source.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/transport/api_key.hpp>
#include <sonde/transport/gzip.hpp>
#include <sonde/transport/http_options.hpp>
#include <sonde/transport/http_response.hpp>
#include <sonde/transport/open_sockets.hpp>
#include <sonde/transport/signal_guard.hpp>
#include <sonde/version.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sonde {

/// Posts bodies, one at a time. All that changes while it works is in here, so that a forked child, which may have come
/// about in the middle of any of it, leaves it all as it is and makes another.
/// *Thread safety*: one thread at a time, but `wake`: any.
class http_connection {
public:
    static constexpr std::size_t most_body_shown = 4096;

    /// May throw what allocating throws.
    http_connection(std::string const& address, http_transport_options const& settings)
        : response_(most_body_shown + 2 * settings.api_key.size()),
          gzip_wanted_(settings.gzip),
          easy_(curl_easy_init()),
          multi_(curl_multi_init()) {
        if (easy_ == nullptr || multi_ == nullptr) {
            setup_ = CURLE_OUT_OF_MEMORY;
            return;
        }
        set_up_headers(settings);
        set_up(address, settings);
    }
    http_connection(http_connection const&) = delete;  // libcurl knows where it lies
    http_connection& operator=(http_connection const&) = delete;

    /// Closes the connection, with a goodbye where it is one of TLS. In a forked child: see `abandon`.
    ~http_connection() {
        signal_guard const guard;
        if (multi_ != nullptr && easy_ != nullptr) { curl_multi_remove_handle(multi_, easy_); }
        curl_easy_cleanup(easy_);
        curl_multi_cleanup(multi_);
        for (auto* each = headers_; each != nullptr; each = each->next) {
            transport_impl::wipe(each->data, std::strlen(each->data));
        }
        curl_slist_free_all(headers_);
    }

    /// Whether everything could be made ready; if not, nothing else may be called.
    [[nodiscard]] CURLcode setup() const noexcept { return setup_; }
    [[nodiscard]] bool is_of_this_process() const noexcept { return fork_mark_ == context_impl::fork_mark; }

    /// Begins a request with these events. May throw what allocating throws, and has then begun nothing.
    CURLcode start(std::string_view lines, trace_id batch) {
        write_batch_body(lines, body_);
        if (gzip_wanted_ && !gzip_.compress(body_, compressed_)) { return CURLE_OUT_OF_MEMORY; }
        auto const& body = gzip_wanted_ ? compressed_ : body_;
        response_.clear();
        error_.front() = '\0';
        auto const id = to_text(batch);
        std::copy(id.begin(), id.end(), batch_header_->data + batch_header.size());  // as long as what stands there
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) { return CURLE_FAILED_INIT; }
        signal_guard const guard;
        int running = 0;
        curl_multi_perform(multi_, &running);  // what goes wrong here goes wrong in `advance` again
        return CURLE_OK;
    }

    /// Goes on as far as it goes without waiting. True: it is over, and `code` says how.
    bool advance(CURLcode& code) noexcept {
        signal_guard const guard;
        int count = 0;
        code = curl_multi_perform(multi_, &count) == CURLM_OK ? CURLE_OK : CURLE_FAILED_INIT;
        auto over = code != CURLE_OK;
        while (auto const* const message = curl_multi_info_read(multi_, &count)) {
            if (message->msg != CURLMSG_DONE) { continue; }
            code = message->data.result;
            over = true;
        }
        if (over) { curl_multi_remove_handle(multi_, easy_); }
        return over;
    }

    /// Waits until there is something to go on with, `wake` is called, or was called since the last wait.
    void wait(int milliseconds) noexcept { curl_multi_poll(multi_, nullptr, 0, milliseconds, nullptr); }
    void wake() noexcept { curl_multi_wakeup(multi_); }

    void cancel() noexcept {
        signal_guard const guard;
        curl_multi_remove_handle(multi_, easy_);
    }

    /// To be called in a forked child in place of the destructor, which would say goodbye to the server on the connection
    /// that the parent goes on using, and wait for threads that did not come along. The memory stays with the child, and
    /// what libcurl wakes itself by; the sockets are closed, which, since the parent has them too, sends nothing.
    void abandon() noexcept {
        sockets_.close_all();
        next_abandoned_ = abandoned.exchange(this, std::memory_order_relaxed);
    }

    [[nodiscard]] http_response const& response() const noexcept { return response_; }
    /// libcurl's own words for what went wrong last; empty when it has none.
    [[nodiscard]] std::string_view error() const noexcept { return error_.data(); }

private:
    static constexpr std::string_view batch_header = "Idempotency-Key: ";

    template <class Value>
    void set(CURLoption option, Value value) noexcept {
        auto const code = curl_easy_setopt(easy_, option, value);
        if (setup_ == CURLE_OK) { setup_ = code; }
    }

    curl_slist* add_header(char const* line) noexcept {
        auto* const longer = curl_slist_append(headers_, line);
        if (longer == nullptr) {
            setup_ = CURLE_OUT_OF_MEMORY;
            return nullptr;
        }
        headers_ = longer;
        auto* last = headers_;
        while (last->next != nullptr) { last = last->next; }
        return last;
    }

    void set_up_headers(http_transport_options const& settings) {
        add_header("Content-Type: application/json");
        add_header("Expect:");  // none: it would cost a round trip, or a second where the server doesn't know it
        if (settings.gzip) { add_header("Content-Encoding: gzip"); }
        batch_header_ = add_header(std::string(batch_header).append(to_text(trace_id{}).view()).c_str());
        if (settings.api_key.empty()) { return; }
        auto const bearer = settings.authentication == authentication::bearer;
        std::string line;
        line.reserve(32 + settings.api_key.size());  // once, so that no copy is left behind
        line.append(bearer ? "Authorization: Bearer " : "X-API-Key: ").append(settings.api_key.reveal_the_secret());
        add_header(line.c_str());
        transport_impl::wipe(line.data(), line.size());
    }

    void set_up(std::string const& address, http_transport_options const& settings) {
        auto const timeout = milliseconds(settings.timeout.count());
        set(CURLOPT_URL, address.c_str());
        set(CURLOPT_POST, 1L);
        set(CURLOPT_HTTPHEADER, headers_);
        auto const agent = "sonde/" + std::to_string(SONDE_VERSION / 10'000) + '.' +
                           std::to_string(SONDE_VERSION / 100 % 100) + '.' + std::to_string(SONDE_VERSION % 100);
        set(CURLOPT_USERAGENT, agent.c_str());
        set(CURLOPT_TIMEOUT_MS, timeout);
        set(CURLOPT_CONNECTTIMEOUT_MS, (std::min)(timeout, milliseconds(settings.connect_timeout.count())));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_ERRORBUFFER, error_.data());
        set(CURLOPT_TCP_KEEPALIVE, 1L);
        // One request at a time gains nothing from what later versions add.
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!settings.ca_file.empty()) { set(CURLOPT_CAINFO, settings.ca_file.c_str()); }
#if LIBCURL_VERSION_NUM >= 0x075500
        set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
        set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
        // Else whoever gives up a name lookup waits for it. Not `set`: the libcurl that runs may be older than the header.
        curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
#endif
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // those of a proxy are not the server's
        set(CURLOPT_HEADERFUNCTION, &take_header);
        set(CURLOPT_HEADERDATA, &response_);
        set(CURLOPT_WRITEFUNCTION, &take_body);
        set(CURLOPT_WRITEDATA, &response_);
        set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
        set(CURLOPT_OPENSOCKETDATA, &sockets_);
        set(CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
        set(CURLOPT_CLOSESOCKETDATA, &sockets_);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
    }

    // libcurl takes 0 for its own default, which is longer than anyone wants.
    static long milliseconds(std::int64_t count) noexcept {
        constexpr std::int64_t least = 1, most = INT32_MAX;
        return static_cast<long>(std::clamp(count, least, most));
    }

    static std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* response) noexcept {
        return static_cast<http_response*>(response)->header({bytes, count}) ? count : 0;
    }
    static std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* response) noexcept {
        return static_cast<http_response*>(response)->body({bytes, count}) ? count : 0;
    }
    static curl_socket_t open_socket(void* sockets, curlsocktype, curl_sockaddr* address) noexcept {
        return static_cast<open_sockets*>(sockets)->open(address->family, address->socktype, address->protocol);
    }
    static int close_socket(void* sockets, curl_socket_t socket) noexcept {
        return static_cast<open_sockets*>(sockets)->close(socket);
    }

    // So that what is left behind is still known of, as leak checkers want it.
    static inline constinit std::atomic<http_connection*> abandoned{nullptr};

    http_response response_;
    open_sockets sockets_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::string body_, compressed_;
    gzip gzip_;
    bool gzip_wanted_;
    std::uint64_t fork_mark_ = context_impl::fork_mark;
    CURL* easy_;
    CURLM* multi_;
    curl_slist* headers_ = nullptr;
    curl_slist* batch_header_ = nullptr;
    CURLcode setup_ = CURLE_OK;
    http_connection* next_abandoned_ = nullptr;
};

}  // namespace sonde

#endif
