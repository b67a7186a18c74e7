// SPDX-License-Identifier: MIT
// Writes one captured value into a buffer, in binary; says how much a value too large to keep would have been.
#ifndef SONDE_EVENT_VALUE_WRITER_HPP
#define SONDE_EVENT_VALUE_WRITER_HPP

#include <sonde/event/capture_limits.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/meta/utf8.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde {

/// Appends one value to a `value_buffer`: a scalar, or an array or object between its `begin_` and `end`. Strings longer
/// than `max_value_bytes` keep their head and their length. A value that can't be kept whole goes on being measured, so
/// that `missed()` says how many bytes of text it would have had beyond what was kept. `wants_more()` turns false after
/// `measured_bytes` of that, after so many values that they are too long for sure, and within a value that is left out:
/// asked before each member and element, it ends what has no end, and what leads to itself in ever more ways.
/// *Units and bounds*: at most `max_depth` levels; what is deeper is the caller's to leave out (`at_max_depth()`).
/// *Thread safety*: one thread at a time.
class value_writer {
public:
    static constexpr unsigned max_depth = 256;
    static constexpr std::uint64_t measured_bytes = std::uint64_t{1} << 24;

    value_writer(value_buffer& buffer, capture_limits const& limits) noexcept
        : buffer_(buffer),
          limits_(limits),
          stored_limit_(buffer.size() + stored_per_byte * limits.max_value_bytes + 1024),
          visits_left_(least_visits + visits_per_byte * limits.max_value_bytes) {}

    void null() noexcept {
        if (!separate()) { return; }
        if (full()) {
            missed_ += 4;
        } else {
            tag(value_type::null);
        }
    }
    void boolean(bool value) noexcept { scalar(value_type::boolean, value); }
    void integer(std::int64_t value) noexcept { scalar(value_type::signed_integer, value); }
    void integer(std::uint64_t value) noexcept { scalar(value_type::unsigned_integer, value); }
    void number(float value) noexcept { scalar(value_type::float32, value); }
    void number(double value) noexcept { scalar(value_type::float64, value); }

    void string(std::string_view text) noexcept {
        if (!separate()) { return; }
        if (text.size() > limits_.max_value_bytes) { return cut(text); }
        if (full()) {
            missed_ += text_of(text);
        } else {
            tag(value_type::string) && bytes(text);
        }
    }

    /// A value whose type has no form on the wire.
    void opaque(std::string_view type) noexcept {
        if (!separate()) { return; }
        if (full()) {
            missed_ += text_of(type) + 9;
        } else {
            tag(value_type::opaque) && bytes(text_head(type));
        }
    }

    void begin_array() noexcept { begin(value_type::array); }
    void begin_object() noexcept { begin(value_type::object); }
    void end() noexcept {
        if (left_out_) {
            left_out_ = --left_out_depth_ != 0;
            return;
        }
        --depth_;
        if (full()) {
            ++missed_;
        } else {
            tag(value_type::end);
        }
    }

    /// The key of the value that follows, which is left out if the key is a redacted one. *Requires*: within an object.
    void key(std::string_view text) noexcept {
        if (left_out_) { return; }
        separate();
        auto const redacted = limits_.redacts(text);
        text = text_head(text);
        if (full()) {
            missed_ += text_of(text) + 1;
        } else {
            tag(value_type::key) && bytes(text);
        }
        after_key_ = true;
        if (redacted) {
            string(redacted_text);
            left_out_ = true;
            left_out_depth_ = 0;
        }
    }

    /// The same if more is wanted, which it answers.
    bool next_key(std::string_view text) noexcept {
        if (!wants_more()) { return false; }
        key(text);
        return true;
    }

    /// A key as a value, with the one it is for behind it in an array. If it is a redacted one, that is written too, and
    /// the answer is false.
    bool string_key(std::string_view text) noexcept {
        string(text);
        if (left_out_ || !limits_.redacts(text)) { return true; }
        string(redacted_text);
        return false;
    }

    [[nodiscard]] bool at_max_depth() const noexcept { return depth_ + left_out_depth_ >= max_depth - 1; }
    [[nodiscard]] bool wants_more() const noexcept {
        return missed_ < measured_bytes && visits_left_ != 0 && !left_out_;
    }
    [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }
    [[nodiscard]] bool complete() const noexcept { return !full_; }

    // For undoing a value whose source threw midway.
    struct mark {
        std::size_t size;
        std::uint64_t missed;
        unsigned depth, left_out_depth;
        bool full, after_key, left_out;
    };
    [[nodiscard]] mark here() const noexcept {
        return {buffer_.size(), missed_, depth_, left_out_depth_, full_, after_key_, left_out_};
    }
    void back_to(mark const& place) noexcept {
        buffer_.shrink(place.size);
        missed_ = place.missed, depth_ = place.depth, left_out_depth_ = place.left_out_depth;
        full_ = place.full, after_key_ = place.after_key, left_out_ = place.left_out;
    }

private:
    // One byte of JSON text takes at most 4.5 bytes here (an integer of one digit and its comma: a tag and eight bytes),
    // so that what exceeds five times the limit is sure to exceed the limit as text too.
    static constexpr std::size_t stored_per_byte = 5;
    // A value takes two bytes of text or more, so that this many exceed the limit twice over; measured on, they take some
    // milliseconds at most.
    static constexpr std::uint64_t visits_per_byte = 4, least_visits = 1 << 16;

    bool full() noexcept {
        if (!full_ && buffer_.size() > stored_limit_) { full_ = true; }
        return full_;
    }
    bool keep(bool appended) noexcept { return full_ = full_ || !appended, appended; }
    bool tag(value_type type) noexcept { return keep(buffer_.append(&type, sizeof type)); }
    bool bytes(std::string_view text) noexcept {
        auto const size = static_cast<std::uint32_t>(text.size());
        return keep(buffer_.append(&size, sizeof size)) && keep(buffer_.append(text.data(), text.size()));
    }
    std::string_view text_head(std::string_view text) const noexcept {
        return meta::utf8_head(text, limits_.max_value_bytes);
    }

    template <class Value>
    void scalar(value_type type, Value value) noexcept {
        if (!separate()) { return; }
        if (full()) {
            missed_ += text_of(value);
        } else {
            tag(type) && keep(buffer_.append(&value, sizeof value));
        }
    }
    void begin(value_type type) noexcept {
        if (left_out_) {
            ++left_out_depth_;
            return;
        }
        separate();
        ++depth_;
        set_has_items(false);
        if (full()) {
            ++missed_;
        } else {
            tag(type);
        }
    }
    void cut(std::string_view text) noexcept {
        if (full()) {
            missed_ += text.size() + 40;
            return;
        }
        auto const total = static_cast<std::uint64_t>(text.size());
        tag(value_type::cut_string) && keep(buffer_.append(&total, sizeof total)) && bytes(text_head(text));
    }

    // To be asked before each value: false if it is left out. Counts the comma before it when text is only measured.
    bool separate() noexcept {
        if (left_out_) {
            left_out_ = left_out_depth_ != 0;  // a scalar on its own was all there was to leave out
            return false;
        }
        if (after_key_) { return after_key_ = false, true; }
        if (visits_left_ == 0 || --visits_left_ == 0) { full_ = true; }
        if (depth_ == 0) { return true; }
        if (full() && has_items()) { ++missed_; }
        set_has_items(true);
        return true;
    }
    [[nodiscard]] bool has_items() const noexcept { return (items_[depth_ / 64] >> (depth_ % 64) & 1U) != 0; }
    void set_has_items(bool value) noexcept {
        auto const bit = std::uint64_t{1} << (depth_ % 64);
        items_[depth_ / 64] = value ? items_[depth_ / 64] | bit : items_[depth_ / 64] & ~bit;
    }

    static std::uint64_t text_of(bool value) noexcept { return value ? 4 : 5; }
    template <class Number>
    static std::uint64_t text_of(Number value) noexcept {
        char text[64];
        return static_cast<std::uint64_t>(std::to_chars(text, text + sizeof text, value).ptr - text);
    }
    static std::uint64_t text_of(std::string_view text) noexcept {
        std::uint64_t size = 2;
        while (!text.empty()) {
            auto const length = meta::utf8_length(text);
            auto const byte = static_cast<unsigned char>(text.front());
            size += length == 0 ? 3 : length > 1 ? length : byte == '"' || byte == '\\' ? 2 : byte < 0x20 ? 6 : 1;
            text.remove_prefix(length == 0 ? 1 : length);
        }
        return size;
    }

    value_buffer& buffer_;
    capture_limits limits_;
    std::size_t stored_limit_;
    std::uint64_t visits_left_;
    std::uint64_t missed_ = 0;
    std::uint64_t items_[max_depth / 64] = {};
    unsigned depth_ = 0;
    unsigned left_out_depth_ = 0;
    bool full_ = false;
    bool after_key_ = false;
    bool left_out_ = false;  // within the value of a redacted key
};

}  // namespace sonde

#endif
