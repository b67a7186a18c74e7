// SPDX-License-Identifier: MIT
// What is gathered about an open span until it ends: captured values, cost, status, error.
#ifndef SONDE_CALL_SPAN_RECORD_HPP
#define SONDE_CALL_SPAN_RECORD_HPP

#include <sonde/call/site_facts.hpp>
#include <sonde/call/stream_record.hpp>
#include <sonde/delivery/mutex.hpp>
#include <sonde/event/capture_field.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/field_start.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/status.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/meta/catching.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sonde {

/// Whether the options of a site keep a section empty.
constexpr bool leaves_out(site_facts const& site, section which) noexcept {
    return (site.without_input && which == section::input) || (site.without_output && which == section::output);
}

/// *Thread safety*: as its span's. A call's is touched by the calling thread only; a span opened by hand may be annotated
/// from the thread it was opened on while it ends on another, so that its record has a lock.
class span_record {
public:
    span_record(span_record const&) = delete;  // its span has one
    span_record& operator=(span_record const&) = delete;
    ~span_record() {
        if (static_cast<unsigned>(error_message_ != nullptr) | static_cast<unsigned>(stream_.any())) [[unlikely]] {
            forget();
        }
    }

    /// Keeps `value` under `key`; with `whole`, as the section itself.
    template <class Value>
    void capture(section in, std::string_view const& key, bool whole, Value const& value) noexcept {
        capture_field(values_, in, key, whole, limits_, value);
    }

    /// The same under a key that was known when the program was compiled, and that the site does not redact.
    template <class Value>
    void capture(field_start start, Value const& value) noexcept {
        capture_field(values_, start, limits_, value);
    }

    /// The same for what is captured by hand, where the site's options have nothing against it.
    template <class Value>
    void annotate(section in, std::string_view const& key, bool whole, Value const& value) noexcept {
        if (leaves_out(site_, in)) { return; }
        if (in == section::output && stream_.any()) [[unlikely]] { stream_.replace(); }
        capture(in, key, whole, value);
    }

    /// Counts one chunk of streamed output, and keeps it where the site's options have nothing against it.
    template <class Value>
    void chunk(Value const& value) noexcept {
        count_chunk();
        if (!leaves_out(site_, section::output)) { stream_.keep(value, limits_); }
    }
    /// The same of one that nobody looked at.
    void count_chunk() noexcept { stream_.count(elapsed_(*this)); }
    [[nodiscard]] bool streamed() const noexcept { return stream_.any(); }
    /// Makes the chunks values as the others are. *Requires*: `streamed()`; none follows.
    [[gnu::noinline, gnu::cold]] void finish_stream() noexcept {
        stream_.write(values_, limits_, !leaves_out(site_, section::output));
    }

    /// Runs `change()` under the record's lock, if it has one; not once the record is closed.
    template <class Change>
    void locked(Change&& change) noexcept {
        if (lock_ == nullptr) { return change(); }
        mutex_lock const guard(*lock_);
        if (!closed_) { change(); }
    }
    /// From now on it stays as it is: its event is on its way. *Requires*: within `locked`.
    void close() noexcept { closed_ = true; }

    [[nodiscard]] site_facts const& site() const noexcept { return site_; }
    [[nodiscard]] fields values(section in) const noexcept { return {values_.data(), values_.size(), in}; }

    void fail(sonde::status how, std::string_view message) noexcept {
        status = how;
        meta::catching(
            [&] {
                if (error_message_ == nullptr) { error_message_ = new std::string; }
                error_message_->assign(message);
            },
            [] {});
    }
    /// Empty: none.
    [[nodiscard]] std::string_view error_message() const noexcept {
        return error_message_ == nullptr ? std::string_view{} : *error_message_;
    }

    std::optional<double> cost_usd = {};
    sonde::status status = sonde::status::success;

protected:
    /// How long a record's span has been open, in nanoseconds.
    using elapsed_time = std::uint64_t (*)(span_record const&) noexcept;

    span_record(std::size_t max_value_bytes, site_facts const& site, elapsed_time elapsed, mutex* lock) noexcept
        : site_(site), limits_(max_value_bytes, site.redacted, site.redacted_count), lock_(lock), elapsed_(elapsed) {}

private:
    [[gnu::noinline, gnu::cold]] void forget() noexcept {
        delete error_message_;
        if (stream_.any()) { stream_.forget(); }
    }

    site_facts const& site_;
    value_buffer values_;
    capture_limits limits_;
    mutex* lock_;
    elapsed_time elapsed_;
    std::string* error_message_ = nullptr;  // few spans have one
    stream_record stream_;
    bool closed_ = false;
};

/// A record whose span `Clock` times. Chunks need the time, and come to a record whose clock they don't know.
template <class Clock>
class timed_record : public span_record {
public:
    using tick = typename Clock::tick;

    timed_record(std::size_t max_value_bytes, site_facts const& site, mutex* lock = nullptr) noexcept
        : span_record(max_value_bytes, site, elapsed, lock) {}

    /// The span starts, and so it answers when.
    [[gnu::always_inline]] tick start() noexcept { return start_ = Clock::now(); }
    [[nodiscard]] tick started() const noexcept { return start_; }

private:
    static std::uint64_t elapsed(span_record const& self) noexcept {
        return Clock::nanoseconds(static_cast<timed_record const&>(self).start_, Clock::now());
    }

    tick start_;
};

}  // namespace sonde

#endif
