// SPDX-License-Identifier: MIT
// Posts events to a server, many in one request.
#ifndef SONDE_TRANSPORT_HTTP_TRANSPORT_HPP
#define SONDE_TRANSPORT_HTTP_TRANSPORT_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/time/timestamp.hpp>
#include <sonde/transport/http_connection.hpp>
#include <sonde/transport/http_options.hpp>
#include <sonde/transport/http_status.hpp>
#include <sonde/transport/masked.hpp>
#include <sonde/transport/overlapped.hpp>
#include <sonde/transport/retry_after.hpp>
#include <sonde/transport/transport_error.hpp>
#include <sonde/transport/transport_result.hpp>
#include <sonde/transport/url.hpp>

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sonde {

/// Posts lines of JSON as `{"events":[...]}` to `api_url/events/batch`, on one connection that is kept. Tries of one batch have
/// one `Idempotency-Key`. TLS is always verified, redirects are not followed, proxies are taken from the environment.
///
/// *Errors*: `config_error` when constructed with an `api_url` or `api_key` that is none; else in the results: 2xx is
/// delivered; 401 and 403 are refused; 400, 413 and 422 want halving; no connection, no whole answer in time, 408, 429 and
/// 5xx may go better another time; other answers reject. *Thread safety*: one thread at a time, but `wake`: any.
/// *Cancellation*: `cancel`, also while a name is looked up (libcurl 7.87 or later, else it waits for the lookup).
/// *Units and bounds*: of an answer, 64 KiB of header, 256 KiB of body; 4 KiB of it are kept for `explain`.
class http_transport {
public:
    using options = http_transport_options;

    explicit http_transport(options chosen) : settings_(std::move(chosen)) {
        // Once, before anyone can have sent: what TLS registers to run at exit then runs after a static monitor's end.
        [[maybe_unused]] static auto const begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    }
    /// *Requires*: nothing is in flight, and nobody wakes it.
    http_transport(http_transport&& other) noexcept
        : settings_(std::move(other.settings_)),
          connection_(other.connection_.exchange(nullptr)),
          in_flight_(std::exchange(other.in_flight_, false)),
          bytes_(other.bytes_),
          settled_(other.settled_),
          told_(other.told_) {}
    ~http_transport() { delete current(); }

    /// Makes ready to connect; does not.
    transport_result open() noexcept {
        return meta::catching([&] { return ready(); }, [] { return unreachable(CURLE_OUT_OF_MEMORY); });
    }

    /// Begins to post `lines`, which stay where they are until it is over. See `overlapped_transport`.
    void start(std::string_view lines, trace_id batch) noexcept {
        cancel();
        bytes_ = lines.size();
        settled_ = meta::catching([&] { return begin(lines, batch); }, [] { return unreachable(CURLE_OUT_OF_MEMORY); });
    }

    bool finished(deadline until, transport_result& result) noexcept { return drive(until, true, result); }

    // Sequentially consistent, as is storing `connection_`: whoever wakes sees the connection that is waited on, or whoever
    // waits sees `woken_` before doing so.
    void wake() noexcept {
        woken_.store(true);
        if (auto* const connection = connection_.load(); connection != nullptr) { connection->wake(); }
    }

    void cancel() noexcept {
        auto* const connection = current();
        if (std::exchange(in_flight_, false)) { connection->cancel(); }
        settled_ = unreachable(CURLE_ABORTED_BY_CALLBACK);
    }

    /// *Cancellation*: none; it ends in time.
    transport_result send(std::string_view lines, trace_id batch) noexcept {
        // libcurl keeps the time; this is for when it doesn't.
        constexpr std::chrono::duration<double, std::milli> grace{250};
        deadline const until(settings_.chosen.timeout + grace);
        start(lines, batch);
        transport_result result;
        if (!drive(until, false, result)) {
            cancel();
            result = unreachable(CURLE_OPERATION_TIMEDOUT);
        }
        return result;
    }
    transport_result send(std::string_view lines) noexcept { return send(lines, new_trace_id()); }

    /// Calls `handler` with a `network_error`, `api_error` or `authentication_error` that names the address and says what
    /// happened. What the server said, with the key masked in it, is there for the last result, until the next `start`.
    template <class Handler>
    void explain(transport_result const& result, Handler&& handler) const {
        auto const answered = result.problem != nullptr && std::string_view(result.problem) == unwelcome;
        auto const* const connection = connection_.load();
        auto const known = connection != nullptr && connection->is_of_this_process() && told_.same_problem(result);
        std::string text("sonde: cannot ");
        text.append(answered ? unwelcome : no_connection).append(" ").append(settings_.shown).append(": ");
        if (!answered) {
            auto const words = known ? connection->error() : std::string_view();
            text.append(words.empty() ? curl_easy_strerror(static_cast<CURLcode>(result.cause))
                                      : masked(words, settings_.chosen.api_key, words.size()));
            handler(network_error(std::move(text)));
            return;
        }
        text.append("the server answered ").append(std::to_string(result.cause));
        auto body =
            known ? masked(connection->response().body(), settings_.chosen.api_key, http_connection::most_body_shown)
                  : std::string();
        if (outcome_of_status(result.cause) == transport_outcome::refused) {
            handler(authentication_error(std::move(text), result.cause, std::move(body)));
        } else {
            handler(api_error(std::move(text), result.cause, std::move(body)));
        }
    }

    /// One that posts to the same address and has not begun. Reads only what never changes: a forked child asks one that its
    /// parent's worker may have been using.
    [[nodiscard]] http_transport fresh() const { return http_transport(settings_.chosen); }

    /// The address that is posted to, without its query.
    [[nodiscard]] std::string const& address() const noexcept { return settings_.shown; }

private:
    static constexpr char no_connection[] = "reach", unwelcome[] = "deliver to";

    // What never changes.
    struct settings {
        explicit settings(options given) : chosen(std::move(given)) {
            for (char const each : chosen.api_key.reveal_the_secret()) {
                // A line break would end the header that it goes into, and begin another.
                if (each > '~' || each <= ' ') {
                    raise(config_error("api_key", to_text(chosen.api_key),
                                       "visible characters of ASCII, without spaces"));
                }
            }
            url const server(chosen.api_url, chosen.allow_insecure);
            address = server.with("/events/batch");
            shown = server.shown_with("/events/batch");
        }
        options chosen;
        std::string address, shown;
    };

    static transport_result unreachable(CURLcode code) noexcept {
        return {.outcome = transport_outcome::failed, .taken = 0, .problem = no_connection, .cause = code};
    }

    // The connection, unless it is one of the process that this one was forked from.
    http_connection* current() noexcept {
        auto* const connection = connection_.load(std::memory_order_relaxed);
        if (connection == nullptr || connection->is_of_this_process()) { return connection; }
        connection_.store(nullptr);
        connection->abandon();
        in_flight_ = false;
        return nullptr;
    }

    transport_result ready() {
        if (auto const* const connection = current(); connection != nullptr) {
            return connection->setup() == CURLE_OK ? transport_result{} : unreachable(connection->setup());
        }
        auto fresh = std::make_unique<http_connection>(settings_.address, settings_.chosen);
        if (fresh->setup() != CURLE_OK) { return unreachable(fresh->setup()); }
        connection_.store(fresh.release());
        return {};
    }

    transport_result begin(std::string_view lines, trace_id batch) {
        if (lines.empty()) { return {}; }
        if (auto const problem = ready(); problem.problem != nullptr) { return problem; }
        told_ = {};
        auto const code = connection_.load(std::memory_order_relaxed)->start(lines, batch);
        in_flight_ = code == CURLE_OK;
        return unreachable(code);  // unless it is in flight
    }

    bool drive(deadline until, bool may_wake, transport_result& result) noexcept {
        auto* const connection = current();
        if (!in_flight_) {
            result = std::exchange(settled_, unreachable(CURLE_ABORTED_BY_CALLBACK));
            return true;
        }
        constexpr std::chrono::milliseconds longest{60'000};
        auto code = CURLE_OK;
        while (!connection->advance(code)) {
            if (may_wake && woken_.exchange(false)) { return false; }
            auto const left = until.remaining();
            if (left.count() == 0) { return false; }
            auto const wait = std::chrono::ceil<std::chrono::milliseconds>(left < longest ? left : longest);
            connection->wait(static_cast<int>(wait.count()));
        }
        in_flight_ = false;
        result = told_ = conclude(connection->response(), code);
        return true;
    }

    transport_result conclude(http_response const& answer, CURLcode code) const noexcept {
        auto const outcome = outcome_of_status(answer.status());
        auto const taken = outcome == transport_outcome::delivered;
        // What a server refuses it need not read, nor need it finish saying why; what it takes it confirms as a whole.
        if (!answer.complete() || (code != CURLE_OK && !answer.cut() && taken)) {
            return unreachable(code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code);
        }
        if (taken) { return {.outcome = outcome, .taken = bytes_}; }
        using namespace std::chrono;
        timestamp const now{duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count()};
        auto const wait = outcome == transport_outcome::failed ? retry_after_ms(answer.retry_after(), now) : 0;
        return {.outcome = outcome, .taken = 0, .problem = unwelcome, .cause = answer.status(), .retry_after_ms = wait};
    }

    settings settings_;
    std::atomic<http_connection*> connection_{nullptr};
    std::atomic<bool> woken_{false};
    bool in_flight_ = false;
    std::size_t bytes_ = 0;
    transport_result settled_ = unreachable(CURLE_ABORTED_BY_CALLBACK);  // of what never was in flight
    transport_result told_;                                              // what the connection can say more of
};

static_assert(overlapped_transport<http_transport>);

}  // namespace sonde

#endif
