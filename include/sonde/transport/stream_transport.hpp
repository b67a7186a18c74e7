// SPDX-License-Identifier: MIT
// Writes lines to a stream of the C library: stderr, stdout.
#ifndef SONDE_TRANSPORT_STREAM_TRANSPORT_HPP
#define SONDE_TRANSPORT_STREAM_TRANSPORT_HPP

#include <sonde/transport/signal_guard.hpp>
#include <sonde/transport/transport_error.hpp>
#include <sonde/transport/transport_result.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace sonde {

/// Writes to a stream that someone else owns, and flushes it each time: what the program itself writes there stands
/// before or after a line, never within. *Requires*: the stream outlives the transport.
/// *Thread safety*: one thread at a time.
class stream_transport {
public:
    explicit stream_transport(std::FILE* stream) noexcept : stream_(stream) {}

    transport_result open() noexcept { return {}; }

    transport_result send(std::string_view lines) noexcept {
        signal_guard const guard;
        errno = 0;
        auto const ended = !unfinished_ || std::fputc('\n', stream_) != EOF;
        auto const written = ended && std::fwrite(lines.data(), 1, lines.size(), stream_) == lines.size();
        if (std::fflush(stream_) == 0 && written) {
            unfinished_ = false;
            return {.outcome = transport_outcome::delivered, .taken = lines.size()};
        }
        auto const cause = errno;
        std::clearerr(stream_);
        unfinished_ = true;  // how much of it was written, nobody says
        return {.outcome = transport_outcome::failed, .taken = 0, .problem = "write to a stream", .cause = cause};
    }

    /// Calls `handler` with a `transport_error` that says what could not be done, and why.
    template <class Handler>
    void explain(transport_result const& result, Handler&& handler) const {
        std::string text("sonde: cannot ");
        text.append(result.problem == nullptr ? "use a stream" : result.problem).append(": ");
        handler(transport_error(text.append(std::generic_category().message(result.cause))));
    }

    [[nodiscard]] bool is_terminal() const noexcept {
        auto const descriptor = ::fileno(stream_);
        return descriptor >= 0 && ::isatty(descriptor) == 1;
    }

private:
    std::FILE* stream_;
    bool unfinished_ = false;
};

}  // namespace sonde

#endif
