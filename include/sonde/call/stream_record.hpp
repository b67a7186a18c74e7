// SPDX-License-Identifier: MIT
// What a span streams: how many chunks, when the first and the last came, and what they were.
#ifndef SONDE_CALL_STREAM_RECORD_HPP
#define SONDE_CALL_STREAM_RECORD_HPP

#include <sonde/call/stream_content.hpp>
#include <sonde/event/capture.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/field_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/raw_pointer.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_form.hpp>
#include <sonde/event/value_type.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace call_impl {

/// Takes the fields of a section out of `buffer`.
inline void erase_section(value_buffer& buffer, section in) noexcept {
    auto* const data = buffer.data();
    std::size_t kept = 0;
    for (std::size_t at = 0; at < buffer.size();) {
        fields::header head{};
        std::memcpy(&head, data + at, sizeof head);
        auto const size = sizeof head + head.size;
        if (head.in != in) {
            std::memmove(data + kept, data + at, size);
            kept += size;
        }
        at += size;
    }
    buffer.shrink(kept);
}

}  // namespace call_impl

/// Counts the chunks of streamed output and gathers what they are. Where memory is refused the content ends early, and the
/// counts go on.
/// *Units and bounds*: times are nanoseconds since the span's start. Of text as many bytes are kept as `max_value_bytes`
/// says, of items as of any array.
/// *Thread safety*: one thread at a time.
class stream_record {
public:
    stream_record() noexcept : count_(0) {}        // the rest is there from the first chunk on: few spans have one
    stream_record(stream_record const&) = delete;  // a span has one
    stream_record& operator=(stream_record const&) = delete;  // and keeps it
    // No destructor: most records have nothing to free, and who keeps one asks for other reasons already (`forget`).

    [[nodiscard]] bool any() const noexcept { return count_ != 0; }

    /// Counts a chunk, `elapsed` after the start.
    void count(std::uint64_t elapsed) noexcept {
        if (count_++ == 0) {
            first_ = elapsed;
            content_ = nullptr;
            text_bytes_ = 0;
            lost_ = false;
        }
        last_ = elapsed;
        replaced_ = false;
    }

    /// Keeps what was just counted: a text is a piece of one, any other value an item.
    template <class Value>
    void keep(Value const& value, capture_limits const& limits) noexcept {
        using event_impl::reads_as;
        if constexpr (std::is_array_v<Value> && std::is_same_v<std::remove_extent_t<Value>, char>) {
            std::string_view const all(value, sizeof value);
            keep_text(all.substr(0, all.find('\0')), limits);
        } else if constexpr (event_impl::c_string<Value> && reads_as<Value, std::string_view>) {
            keep_text(value == nullptr ? std::string_view{} : std::string_view(value), limits);
        } else if constexpr (!std::is_pointer_v<Value> && reads_as<Value, std::string_view>) {
            keep_text(value, limits);
        } else {
            keep_item(event_impl::capturing_of<Value>, event_impl::address(value), limits);
        }
    }

    /// An output was set by hand: it stands in the place of what was streamed before, unless more follows.
    void replace() noexcept { replaced_ = true; }

    /// Writes the counts as metadata, and with `output` the content as the output, in the place of any that is there.
    /// *Requires*: `any()`.
    [[gnu::noinline]] void write(value_buffer& buffer, capture_limits const& limits, bool output) const noexcept {
        if (output && !replaced_) {
            call_impl::erase_section(buffer, section::output);
            if (content_ != nullptr) {
                content_->write(buffer, limits);
            } else if (text_bytes_ != 0) {
                call_impl::stream_content::write_text(buffer, limits, {}, text_bytes_);
            }
        }
        auto const number = [&](std::string_view key, std::uint64_t value) {
            write_field(buffer, limits, {section::metadata, false}, key, value_type::unsigned_integer, value);
        };
        number("chunk_count", count_);
        number("time_to_first_chunk_ns", first_);
        number("time_to_last_chunk_ns", last_);
    }

    /// Frees what it has. *Requires*: `any()`; nothing follows.
    void forget() noexcept {
        delete content_;
        content_ = nullptr;
    }

private:
    [[gnu::noinline]] void keep_text(std::string_view chunk, capture_limits const& limits) noexcept {
        if (has_content(limits)) {
            content_->add(chunk, limits);
        } else {
            text_bytes_ += chunk.size();
        }
    }
    [[gnu::noinline]] void keep_item(event_impl::capturing const& how, void const* value,
                                     capture_limits const& limits) noexcept {
        if (has_content(limits)) { content_->add(how, value); }
    }
    // Once refused, never again: a text must not lack its middle.
    bool has_content(capture_limits const& limits) noexcept {
        if (content_ == nullptr && !lost_) {
            content_ = new (std::nothrow) call_impl::stream_content(limits);
            lost_ = content_ == nullptr;
        }
        return content_ != nullptr;
    }

    std::uint64_t count_;
    std::uint64_t first_, last_;  // not there before the first chunk, as all that follows
    std::uint64_t text_bytes_;    // of a text that there was no memory for
    call_impl::stream_content* content_;
    bool lost_, replaced_;
};

}  // namespace sonde

#endif
