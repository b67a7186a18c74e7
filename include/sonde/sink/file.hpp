// SPDX-License-Identifier: MIT
// The sink that writes events to a file, a line of JSON each.
#ifndef SONDE_SINK_FILE_HPP
#define SONDE_SINK_FILE_HPP

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/immediate.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/check_bounds.hpp>
#include <sonde/sink/delivered.hpp>
#include <sonde/transport/file_transport.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace sonde {

/// Where a `file_sink` writes, and how much.
struct file_options {
    std::string path = {};                 ///< empty: what SONDE_FILE says, else "events.jsonl"
    std::uint64_t max_file_bytes = 0;      ///< a file that would get longer is moved to `path`.1 first; 0: never
    unsigned max_files = 5;                ///< 1 to 1,000: how many moved ones are kept
    std::size_t max_value_bytes = 65'536;  ///< 1 to 2^30: longer values are cut and marked
    error_handler on_error = {};           ///< called when writing begins to fail, or fails for another reason
};

/// Appends each event to a file, as `json_lines` writes it. See `file_transport` for what it does with that file.
/// *Errors*: `config_error` when constructed with an option out of its bounds. A file that can't be opened or written is
/// reported to `on_error`, tried again with each event, and the events are counted as dropped.
/// *Thread safety*: any; moving it, before the first event.
/// *Example*: docs/examples/first_call.cpp
template <class Delivery = immediate>
class basic_file_sink : public delivered<json_lines, file_transport, Delivery> {
public:
    using options = file_options;

    basic_file_sink() : basic_file_sink(options{}) {}
    explicit basic_file_sink(options chosen) : basic_file_sink(checked(std::move(chosen)), nullptr) {}

    /// The file's absolute path.
    [[nodiscard]] std::string const& path() const noexcept { return this->transport().path(); }

private:
    basic_file_sink(options chosen, std::nullptr_t)
        : delivered<json_lines, file_transport, Delivery>(json_lines{.max_value_bytes = chosen.max_value_bytes},
                                                          file_transport({.path = std::move(chosen.path),
                                                                          .max_file_bytes = chosen.max_file_bytes,
                                                                          .max_files = chosen.max_files,
                                                                          .torn = &json_lines::torn}),
                                                          std::move(chosen.on_error)) {}

    static options checked(options chosen) {
        if (chosen.path.empty()) {
            auto const* const from_environment = std::getenv("SONDE_FILE");
            chosen.path = from_environment != nullptr && *from_environment != '\0' ? from_environment : "events.jsonl";
        }
        if (chosen.path.find('\0') != std::string::npos) {
            raise(config_error("path", chosen.path.c_str(), "a path: no byte of it may be zero"));
        }
        check_bounds("max_files", chosen.max_files, 1, 1'000);
        check_bounds("max_value_bytes", chosen.max_value_bytes, 1, std::size_t{1} << 30);
        return chosen;
    }
};

using file_sink = basic_file_sink<>;

}  // namespace sonde

#endif
