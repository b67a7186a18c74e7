// SPDX-License-Identifier: MIT
// Captured values as JSON.
#ifndef SONDE_CODEC_JSON_VALUE_HPP
#define SONDE_CODEC_JSON_VALUE_HPP

#include <sonde/codec/json_text.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/event/value_reader.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/meta/utf8.hpp>
#include <sonde/privacy/redaction.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

namespace codec_impl {
inline void write_mark_members(text_writer& writer, std::uint64_t bytes, std::string_view head) {
    writer.literal("\"truncated\":true,\"bytes\":");
    writer.number(bytes);
    writer.literal(",\"head\":");
    write_json_string(writer, head);
}
inline void write_mark(text_writer& writer, std::uint64_t bytes, std::string_view head) {
    writer.character('{');
    write_mark_members(writer, bytes, head);
    writer.character('}');
}

// Which of the open brackets are objects' ones.
class open_brackets {
public:
    [[nodiscard]] unsigned depth() const noexcept { return depth_; }
    [[nodiscard]] bool in_object() const noexcept {
        return depth_ != 0 && (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1U) != 0;
    }
    bool open(bool object) noexcept {
        if (depth_ == value_writer::max_depth) { return false; }
        auto& word = objects_[depth_ / 64];
        auto const bit = std::uint64_t{1} << (depth_ % 64);
        word = object ? word | bit : word & ~bit;
        ++depth_;
        return true;
    }
    char close() noexcept {
        auto const bracket = in_object() ? '}' : ']';
        --depth_;
        return bracket;
    }

private:
    std::uint64_t objects_[value_writer::max_depth / 64] = {};
    unsigned depth_ = 0;
};

inline void write_scalar_token(text_writer& writer, value_token const& token, std::size_t max_value_bytes) {
    switch (token.type) {
    case value_type::boolean:
        return token.boolean ? writer.literal("true") : writer.literal("false");
    case value_type::signed_integer:
        return writer.number(token.signed_integer);
    case value_type::unsigned_integer:
        return writer.number(token.unsigned_integer);
    case value_type::float32:
        return write_json_number(writer, token.float32);
    case value_type::float64:
        return write_json_number(writer, token.float64);
    case value_type::key:
    case value_type::string:
        if (token.text.size() <= max_value_bytes) { return write_json_string(writer, token.text); }
        return write_mark(writer, token.text.size(), meta::utf8_head(token.text, max_value_bytes));
    case value_type::cut_string:
        return write_mark(writer, token.unsigned_integer, meta::utf8_head(token.text, max_value_bytes));
    case value_type::opaque:
        writer.literal("{\"type\":");
        write_json_string(writer, token.text);
        return writer.character('}');
    default:
        return writer.literal("null");
    }
}

inline constexpr std::string_view redacted_value = "\"[REDACTED]\"";

inline bool is_structure(value_type type) noexcept { return type == value_type::array || type == value_type::object; }

// Steps over one value.
inline void skip_value(value_reader& reader) noexcept {
    value_token token;
    for (unsigned depth = 0; reader.next(token);) {
        if (is_structure(token.type)) { ++depth; }
        if (token.type == value_type::end && depth != 0) { --depth; }
        if (depth == 0 && token.type != value_type::key) { return; }
    }
}
}  // namespace codec_impl

/// Writes the next value of `reader`, and leaves it behind that. Whatever the bytes are, what it writes is JSON: brackets
/// that are open at the end are closed, a key without a value gets null. Answers how many characters it added so.
/// What stands under a key that `hidden` covers is "[REDACTED]".
/// *Units and bounds*: strings over `max_value_bytes` are cut and marked; what is deeper than a capture can be ends there.
inline std::size_t write_json_value(text_writer& writer, value_reader& reader, std::size_t max_value_bytes,
                                    redaction const* hidden = nullptr) {
    codec_impl::open_brackets open;
    bool after_key = false;
    value_token token;
    while (reader.next(token)) {
        if (token.type == value_type::end) {
            if (after_key || open.depth() == 0) { writer.literal("null"); }
            after_key = false;
            if (open.depth() != 0) { writer.character(open.close()); }
        } else {
            // No string or number ends in an opening bracket: one means that nothing stands between.
            if (!after_key && open.depth() != 0 && writer.last() != '[' && writer.last() != '{') {
                writer.character(',');
            }
            if (open.in_object() && !after_key) {
                write_json_string(writer, token.type == value_type::key ? token.text : std::string_view{});
                writer.character(':');
                after_key = true;
                if (token.type == value_type::key) {
                    if (hidden != nullptr && hidden->covers(token.text)) {
                        writer.text(codec_impl::redacted_value);
                        codec_impl::skip_value(reader);
                        after_key = false;
                    }
                    continue;
                }
            }
            after_key = false;
            auto const object = token.type == value_type::object;
            if (object || token.type == value_type::array) {
                if (!open.open(object)) {
                    writer.literal("null");
                    break;
                }
                writer.character(object ? '{' : '[');
            } else {
                codec_impl::write_scalar_token(writer, token, max_value_bytes);
            }
        }
        if (open.depth() == 0) { return 0; }
    }
    auto const given = writer.position();
    if (after_key || open.depth() == 0) { writer.literal("null"); }
    while (open.depth() != 0) { writer.character(open.close()); }
    return writer.position() - given;
}

}  // namespace sonde

#endif
