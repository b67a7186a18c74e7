// SPDX-License-Identifier: MIT
// The sink that posts events to a server, in batches. Needs libcurl and zlib: CMake target sonde::http.
#ifndef SONDE_SINK_HTTP_HPP
#define SONDE_SINK_HTTP_HPP

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/background.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/spool.hpp>
#include <sonde/delivery/with_spool.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/privacy/redaction.hpp>
#include <sonde/sink/check_bounds.hpp>
#include <sonde/sink/delivered.hpp>
#include <sonde/sink/setting.hpp>
#include <sonde/transport/api_key.hpp>
#include <sonde/transport/http_options.hpp>
#include <sonde/transport/http_transport.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sonde {

namespace sink_impl {
template <class Delivery>
concept spools = requires { requires Delivery::spools; };

template <class Delivery>
using posting = std::conditional_t<spools<Delivery>, with_spool<http_transport>, http_transport>;
}  // namespace sink_impl

/// What is not given is looked for in the environment: `SONDE_API_KEY`, `SONDE_API_URL`, `SONDE_BATCH_SIZE` and so on, the
/// field's name in capitals; durations in seconds, lists with commas.
struct http_options {
    std::string api_url = {};     ///< "http://localhost:3002/api/v1"; events go to `api_url`/events/batch
    sonde::api_key api_key = {};  ///< at least 32 characters
    sonde::authentication authentication = sonde::authentication::x_api_key;
    std::optional<std::uint64_t> batch_size = {};           ///< 1 to 100 events, default 10
    std::optional<std::uint64_t> max_body_bytes = {};       ///< 1 KiB to 64 MiB, default 4 MiB
    std::optional<std::chrono::milliseconds> timeout = {};  ///< of a request: 1 s to 1 h, default 30 s
    std::optional<std::uint64_t> retry_attempts = {};       ///< 0 to 10, default 3
    std::string spool_dir = {};                             ///< a folder for what can't be delivered; empty: none
    std::optional<std::uint64_t> spool_max_bytes = {};      ///< 1 MiB to 1 TiB, default 512 MiB
    std::vector<std::string> redact_keys = {};              ///< what stands under these is sent as "[REDACTED]"
    std::optional<bool> gzip = {};                          ///< default false
    std::optional<bool> allow_insecure = {};                ///< plain http to other machines; default false
    std::string ca_file = {};                               ///< PEM; empty: the system's authorities
    std::optional<bool> debug = {};                         ///< a line on stderr for each batch; default false
    std::size_t max_value_bytes = 65'536;                   ///< 1 to 2^30: longer values are cut and marked
    error_handler on_error = {};                            ///< called when sending begins to fail
    std::optional<std::chrono::milliseconds> flush_interval = {};  ///< 100 ms to 1 h, default 5 s
    std::size_t queue_bytes = std::size_t{4} << 20;  ///< 4 KiB to 1 GiB, for each thread that emits: a power of two
};

/// Posts events as JSON, up to `batch_size` together, at the latest after `flush_interval`. What fails is tried again
/// after 1, 2, 4 … s; see `http_transport` for what a server's answers mean. After a refusal (401, 403) nothing is sent
/// any more and events count as rejected.
///
/// With `spool_dir`, what is given up and what comes after a refusal is kept there instead, up to `spool_max_bytes`, and
/// replayed when the server answers again, by this process or another that has the same `spool_dir`: let only sinks with the
/// same server share one. It needs a `Delivery` that `spools`, as `background` does.
/// *Errors*: `config_error` when constructed with an option out of its bounds; the key is shown in none. A `spool_dir` that
/// can't be used is told to `on_error`, and the events are counted as without one.
/// *Thread safety*: any; moving it, before the first event.
/// *Example*: docs/examples/http_delivery.cpp
template <class Delivery = background<>>
class basic_http_sink : public delivered<json_lines, sink_impl::posting<Delivery>, Delivery> {
    using transport_type = sink_impl::posting<Delivery>;

public:
    using options = http_options;

    basic_http_sink() : basic_http_sink(options{}) {}
    explicit basic_http_sink(options chosen)
        : delivered<json_lines, transport_type, Delivery>(codec(chosen), posting(chosen), std::move(chosen.on_error),
                                                          plan(chosen)) {}

    /// The address that is posted to, without its query.
    [[nodiscard]] std::string const& address() const noexcept { return this->transport().address(); }

private:
    static constexpr std::size_t around_events = sizeof(R"({"events":[]})");

    static json_lines codec(options& chosen) {
        check_bounds("max_value_bytes", chosen.max_value_bytes, 1, std::size_t{1} << 30);
        return {.max_value_bytes = chosen.max_value_bytes,
                .hidden = redaction(setting{"redact_keys", "SONDE_REDACT_KEYS"}.list(std::move(chosen.redact_keys)))};
    }

    static transport_type posting(options& chosen) {
        if constexpr (sink_impl::spools<Delivery>) {
            auto where = place_on_disk(chosen);
            return transport_type(http_transport(connection(chosen)), where);
        } else {
            if (!chosen.spool_dir.empty()) {
                raise(config_error("spool_dir", chosen.spool_dir, "empty: this delivery policy keeps nothing"));
            }
            return transport_type(connection(chosen));
        }
    }

    static spool::options place_on_disk(options& chosen) {
        setting const from{"spool_dir", "SONDE_SPOOL_DIR"};
        spool::options found;
        found.dir = from.text(std::move(chosen.spool_dir), {});
        if (found.dir.find('\0') != std::string::npos) {
            raise(config_error(from.field, found.dir.c_str(), "a path: no byte of it may be zero"));
        }
        found.max_bytes = setting{"spool_max_bytes", "SONDE_SPOOL_MAX_BYTES"}.number(
            chosen.spool_max_bytes, found.max_bytes, std::uint64_t{1} << 20, std::uint64_t{1} << 40);
        return found;
    }

    static http_transport_options connection(options& chosen) {
        using namespace std::chrono_literals;
        http_transport_options found;
        found.api_url = setting{"api_url", "SONDE_API_URL"}.text(std::move(chosen.api_url), found.api_url);
        found.api_key = key(chosen);
        found.authentication = chosen.authentication;
        found.timeout = setting{"timeout", "SONDE_TIMEOUT"}.duration(chosen.timeout, 30s, 1s, 1h);
        found.gzip = setting{"gzip", "SONDE_GZIP"}.flag(chosen.gzip, false);
        found.ca_file = setting{"ca_file", "SONDE_CA_FILE"}.text(std::move(chosen.ca_file), {});
        found.allow_insecure = setting{"allow_insecure", "SONDE_ALLOW_INSECURE"}.flag(chosen.allow_insecure, false);
        return found;
    }

    static api_key key(options& chosen) {
        constexpr std::size_t shortest = 32;
        setting const from{"api_key", "SONDE_API_KEY"};
        auto const given = !chosen.api_key.empty();
        auto found = given ? std::move(chosen.api_key) : api_key(from.from_environment());
        if (found.size() < shortest) {
            raise(config_error(given || found.empty() ? from.field : from.variable, to_text(found),
                               "at least 32 characters; it has " + std::to_string(found.size())));
        }
        return found;
    }

    static batching plan(options const& chosen) {
        using namespace std::chrono_literals;
        check_bounds("queue_bytes", chosen.queue_bytes, 4096, std::size_t{1} << 30);
        auto const body = setting{"max_body_bytes", "SONDE_MAX_BODY_BYTES"}.number(
            chosen.max_body_bytes, std::uint64_t{4} << 20, 1024, std::uint64_t{64} << 20);
        return {.batch_size = setting{"batch_size", "SONDE_BATCH_SIZE"}.number(chosen.batch_size, 10, 1, 100),
                .batch_bytes = static_cast<std::size_t>(body) - around_events,
                .flush_interval =
                    setting{"flush_interval", "SONDE_FLUSH_INTERVAL"}.duration(chosen.flush_interval, 5s, 100ms, 1h),
                .queue_bytes = chosen.queue_bytes,
                .retry_attempts = static_cast<unsigned>(
                    setting{"retry_attempts", "SONDE_RETRY_ATTEMPTS"}.number(chosen.retry_attempts, 3, 0, 10)),
                .tell_each = setting{"debug", "SONDE_DEBUG"}.flag(chosen.debug, false)};
    }
};

using http_sink = basic_http_sink<>;

}  // namespace sonde

#endif
