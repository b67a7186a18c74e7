// SPDX-License-Identifier: MIT
// The sink that shows events to a person.
#ifndef SONDE_SINK_CONSOLE_HPP
#define SONDE_SINK_CONSOLE_HPP

#include <sonde/codec/console_lines.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/immediate.hpp>
#include <sonde/sink/check_bounds.hpp>
#include <sonde/sink/delivered.hpp>
#include <sonde/transport/stream_transport.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sonde {

/// Whether a console's lines are coloured.
enum class colouring : std::uint8_t {
    automatic,  ///< on a terminal, unless the environment has a NO_COLOR that is not empty (https://no-color.org)
    always,
    never,
};

/// Where a `console_sink` writes, and how.
struct console_options {
    std::FILE* stream = stderr;
    colouring colour = colouring::automatic;
    std::size_t max_value_bytes = 256;  ///< 1 to 2^30: as much of a value is looked at
    error_handler on_error = {};        ///< called when writing begins to fail
};

/// Writes one readable line per event, as `console_lines` does, on the caller's thread.
/// *Errors*: `config_error` when constructed with an option out of its bounds. *Thread safety*: any; moving it, before the
/// first event. *Requires*: the stream outlives the sink.
class console_sink : public delivered<console_lines, stream_transport, immediate> {
public:
    using options = console_options;

    console_sink() : console_sink(options{}) {}
    explicit console_sink(options chosen) : console_sink(checked(std::move(chosen)), nullptr) {}

private:
    console_sink(options chosen, std::nullptr_t)
        : delivered(console_lines{.colour = coloured(chosen), .max_value_bytes = chosen.max_value_bytes},
                    stream_transport(chosen.stream), std::move(chosen.on_error)) {}

    static options checked(options chosen) {
        if (chosen.stream == nullptr) { raise(config_error("stream", "null", "an open stream")); }
        check_bounds("max_value_bytes", chosen.max_value_bytes, 1, std::size_t{1} << 30);
        return chosen;
    }

    static bool coloured(options const& chosen) noexcept {
        if (chosen.colour != colouring::automatic) { return chosen.colour == colouring::always; }
        auto const* const refused = std::getenv("NO_COLOR");
        return (refused == nullptr || *refused == '\0') && stream_transport(chosen.stream).is_terminal();
    }
};

}  // namespace sonde

#endif
