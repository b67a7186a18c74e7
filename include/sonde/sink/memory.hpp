// SPDX-License-Identifier: MIT
// The sink for tests: keeps every event, to be read back typed or as the lines a file would have.
#ifndef SONDE_SINK_MEMORY_HPP
#define SONDE_SINK_MEMORY_HPP

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/sink/check_bounds.hpp>
#include <sonde/sink/envelope_of.hpp>
#include <sonde/sink/kept_event.hpp>
#include <sonde/time/deadline.hpp>

#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace sonde {

/// Keeps every event in memory, without bound.
/// *Errors*: `config_error` when constructed with an option out of its bounds. *Lifetime*: an event of a user's type is
/// destroyed by code of the library that emitted it, which must not be unloaded before.
/// *Thread safety*: any; moving it, while nobody else uses it.
class memory_sink {
public:
    struct options {
        std::size_t max_value_bytes = 65'536;  ///< 1 to 2^30: larger values are cut and marked in `lines()`
        error_handler on_error = {};
    };

    memory_sink() : memory_sink(options{}) {}
    explicit memory_sink(options chosen) : codec_{chosen.max_value_bytes}, on_error_(std::move(chosen.on_error)) {
        check_bounds("max_value_bytes", chosen.max_value_bytes, 1, std::size_t{1} << 30);
    }
    memory_sink(memory_sink&& other) noexcept
        : codec_(other.codec_),
          on_error_(std::move(other.on_error_)),
          kept_(std::move(other.kept_)),
          counts_(other.counts_),
          shut_down_(other.shut_down_) {}

    template <event Event>
    void consume(Event const& event, envelope const& from) noexcept {
        // What allocates, or runs code of the event's own, comes before the lock.
        meta::catching(
            [&] {
                entry fresh{kept_event(event), {}};
                codec_.encode(event, from, fresh.line);
                auto const bytes = fresh.line.size();
                auto const lock = locked();
                if (!shut_down_) {
                    kept_.push_back(std::move(fresh));
                    ++counts_.delivered;
                    ++counts_.batches;
                    counts_.bytes += bytes;
                } else {
                    ++counts_.dropped.after_shutdown;
                }
                ++counts_.accepted;
            },
            [&] {
                auto const lock = locked();
                ++counts_.accepted;
                ++counts_.dropped.encoding_failed;
            });
    }
    template <event Event>
    void consume(Event const& event) noexcept {
        consume(event, envelope_of(event));
    }

    /// The lines that a file would have, each without its `\n`, in the order consumed.
    [[nodiscard]] std::vector<std::string> lines() const {
        auto const lock = locked();
        std::vector<std::string> all;
        for (auto const& each : kept_) { all.emplace_back(each.line, 0, each.line.size() - 1); }
        return all;
    }

    /// The events of type `Event`, in the order consumed.
    /// *Lifetime*: their views show memory of the sink's, until `clear()` or its end.
    template <class Event>
    [[nodiscard]] std::vector<Event> of() const {
        std::vector<Event> all;
        if constexpr (event<Event>) {
            auto const lock = locked();
            for (auto const& each : kept_) {
                if (auto const* const event = each.event.template as<Event>()) { all.push_back(*event); }
            }
        } else {
            static_assert(
                meta::never<Event>,
                "sonde: the template argument of of<> is not an event: its type is no hana::Struct. Ask for a "
                "type that was emitted, such as sonde::call_finished. See docs/errors.md#event");
        }
        return all;
    }

    [[nodiscard]] std::size_t size() const noexcept {
        auto const lock = locked();
        return kept_.size();
    }
    void clear() noexcept {
        std::vector<entry> forgotten;  // destroyed without the lock
        auto const lock = locked();
        kept_.swap(forgotten);
    }

    delivery_report flush(deadline) noexcept { return report_of(stats()); }
    delivery_report shutdown(deadline) noexcept {
        auto const lock = locked();
        shut_down_ = true;
        return report_of(counts_);
    }
    [[nodiscard]] sonde::stats stats() const noexcept {
        auto const lock = locked();
        return counts_;
    }
    void report(exception const& error) noexcept {
        auto const handled = on_error_(error);
        auto const lock = locked();
        counts_.internal_errors += handled ? 1 : 2;
    }
    [[nodiscard]] std::size_t max_value_bytes() const noexcept { return codec_.max_value_bytes; }

private:
    struct entry {
        kept_event event;
        std::string line;
    };

    [[nodiscard]] mutex_lock locked() const noexcept {
        forks_.check([this] {
            if (mutex_.try_lock()) { return mutex_.unlock(); }
            // Held by a thread that did not come along: what it was changing is left alone, never freed.
            ::new (&mutex_) sonde::mutex;
            ::new (&kept_) std::vector<entry>;
            counts_ = {};
        });
        return mutex_lock(mutex_);
    }

    json_lines codec_;
    error_handler on_error_;
    mutable fork_watch forks_;
    mutable mutex mutex_;
    mutable std::vector<entry> kept_;
    mutable sonde::stats counts_;
    bool shut_down_ = false;
};

}  // namespace sonde

#endif
