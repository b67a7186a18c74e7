// SPDX-License-Identifier: MIT
// The sink that writes events to a file, a line of JSON each.
#ifndef SONDE_SINK_FILE_HPP
#define SONDE_SINK_FILE_HPP

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/background.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/durability.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/immediate.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/check_bounds.hpp>
#include <sonde/sink/delivered.hpp>
#include <sonde/transport/file_transport.hpp>

#include <chrono>
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
    /// 1 ms to 1 h: how long an event waits at most until it is written.
    std::chrono::nanoseconds flush_interval = std::chrono::milliseconds(100);
    std::size_t queue_bytes = std::size_t{4} << 20;  ///< 4 KiB to 1 GiB, for each thread that emits: a power of two
    sonde::durability durability = sonde::durability::flush_interval;
};

/// Appends each event to a file, as `json_lines` writes it. See `file_transport` for what it does with that file, and
/// `background` for how events get there. `basic_file_sink<immediate>` writes each on its caller's thread.
/// *Errors*: `config_error` when constructed with an option out of its bounds. A file that can't be opened or written is
/// reported to `on_error`, tried again with each batch, and the events are counted as dropped.
/// *Thread safety*: any; moving it, before the first event.
/// *Example*: docs/examples/first_call.cpp
template <class Delivery = background<>>
class basic_file_sink : public delivered<json_lines, file_transport, Delivery> {
public:
    using options = file_options;

    basic_file_sink() : basic_file_sink(options{}) {}
    explicit basic_file_sink(options chosen) : basic_file_sink(checked(std::move(chosen)), nullptr) {}

    /// The file's absolute path.
    [[nodiscard]] std::string const& path() const noexcept { return this->transport().path(); }

private:
    basic_file_sink(options chosen, std::nullptr_t)
        : delivered<json_lines, file_transport, Delivery>(
              json_lines{.max_value_bytes = chosen.max_value_bytes},
              file_transport({.path = std::move(chosen.path),
                              .max_file_bytes = chosen.max_file_bytes,
                              .max_files = chosen.max_files,
                              .torn = &json_lines::torn,
                              .sync = chosen.durability == durability::fsync_each_batch}),
              std::move(chosen.on_error), plan(chosen)) {}

    static batching plan(options const& chosen) noexcept {
        batching plan{.flush_interval = chosen.flush_interval, .queue_bytes = chosen.queue_bytes};
        if (chosen.durability == durability::none) { plan.flush_interval = std::chrono::hours(24 * 365); }
        return plan;
    }

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
        check_bounds("queue_bytes", chosen.queue_bytes, 4096, std::size_t{1} << 30);
        if (chosen.flush_interval < std::chrono::milliseconds(1) || chosen.flush_interval > std::chrono::hours(1)) {
            raise(config_error("flush_interval", std::to_string(chosen.flush_interval.count()) + " ns", "1 ms to 1 h"));
        }
        return chosen;
    }
};

using file_sink = basic_file_sink<>;

}  // namespace sonde

#endif
