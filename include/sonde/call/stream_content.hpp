// SPDX-License-Identifier: MIT
// The chunks of a stream while it lasts: pieces of a text, or items.
#ifndef SONDE_CALL_STREAM_CONTENT_HPP
#define SONDE_CALL_STREAM_CONTENT_HPP

#include <sonde/event/capture.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/field_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/event/value_writer.hpp>
#include <sonde/meta/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde::call_impl {

/// `text`, of which more was there, without the beginning of a character at its end.
constexpr std::string_view whole_characters(std::string_view text) noexcept {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        auto const byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte < 0x80) { break; }
        if (byte < 0xC0) { continue; }
        auto const length = byte < 0xE0 ? 2U : byte < 0xF0 ? 3U : 4U;
        return length > back ? text.substr(0, text.size() - back) : text;
    }
    return text;
}

/// Text is kept as it comes, each piece behind its length, until a chunk is something else: then all are items of an array.
/// *Units and bounds*: `max_value_bytes` of text, and a byte or two for each piece; items as `value_writer` bounds an array.
/// *Thread safety*: one thread at a time.
class stream_content {
public:
    explicit stream_content(capture_limits const& limits) noexcept
        : hides_text_(limits.redacts("text")), hides_items_(limits.redacts("items")), writer_(items_, limits) {}
    stream_content(stream_content const&) = delete;  // its writer refers to it
    stream_content& operator=(stream_content const&) = delete;

    /// Adds a piece of text.
    void add(std::string_view chunk, capture_limits const& limits) noexcept {
        if (in_items_) { return add_text_item(chunk); }
        auto const room = limits.max_value_bytes - kept_;
        auto const piece = chunk.substr(0, room);
        if (hides_text_ || full_ || piece.empty()) {
            lost_ += chunk.size();
            full_ = full_ || !chunk.empty();
            return;
        }
        auto const before = pieces_.size();
        if (add_length(piece.size()) && pieces_.append(piece.data(), piece.size())) {
            kept_ += piece.size();
        } else {
            pieces_.shrink(before);
            lost_ += piece.size();
        }
        lost_ += chunk.size() - piece.size();
        full_ = lost_ != 0;  // what follows would be a text without its middle
    }

    /// Adds an item.
    void add(event_impl::capturing const& how, void const* value) noexcept {
        if (!in_items_) { begin_items(); }
        if (!hides_items_ && writer_.wants_more()) { event_impl::capture_erased(writer_, how, value); }
    }

    /// Writes it all as the output. Nothing can be added any more.
    void write(value_buffer& out, capture_limits const& limits) noexcept {
        if (in_items_) { return write_items(out); }
        auto* const data = reinterpret_cast<char*>(pieces_.data());
        std::size_t size = 0;
        for_each_piece([&](std::string_view piece) {
            std::memmove(data + size, piece.data(), piece.size());
            size += piece.size();
        });
        write_text(out, limits, {data, size}, size + lost_);
    }

    /// Writes as the output a text of `bytes` bytes, of which `head` is there.
    static void write_text(value_buffer& out, capture_limits const& limits, std::string_view head,
                           std::uint64_t bytes) noexcept {
        constexpr std::string_view key = "text";
        constexpr field_form form{section::output, false};
        if (limits.redacts(key)) { return static_cast<void>(event_impl::write_text(out, form, key, redacted_text)); }
        if (head.size() == bytes && event_impl::write_text(out, form, key, head)) { return; }
        head = whole_characters(head);
        if (!write_head(out, form, key, head, bytes)) { static_cast<void>(write_head(out, form, key, {}, bytes)); }
    }

private:
    static bool write_head(value_buffer& out, field_form form, std::string_view key, std::string_view head,
                           std::uint64_t bytes) noexcept {
        auto const size = static_cast<std::uint32_t>(head.size());
        auto* const place =
            event_impl::begin_field(out, form, key, value_type::cut_string, sizeof bytes + sizeof size + head.size());
        if (place == nullptr) { return false; }
        std::memcpy(place, &bytes, sizeof bytes);
        std::memcpy(place + sizeof bytes, &size, sizeof size);
        meta::copy_bytes(place + sizeof bytes + sizeof size, head.data(), head.size());
        return true;
    }

    void write_items(value_buffer& out) noexcept {
        constexpr std::string_view key = "items";
        constexpr field_form form{section::output, false};
        if (hides_items_) { return static_cast<void>(event_impl::write_text(out, form, key, redacted_text)); }
        writer_.end();
        auto const missed = static_cast<fields::missed_bytes>(writer_.missed() + lost_);
        auto const cut = !writer_.complete() || missed != 0;
        auto const size = key.size() + items_.size() + (cut ? sizeof missed : 0);
        auto* place = out.extend(sizeof(fields::header) + size);
        if (place == nullptr) { return; }
        event_impl::write_header(place, form, size, key.size(), cut);
        place = meta::copy_bytes(place + sizeof(fields::header), key.data(), key.size());
        place = meta::copy_bytes(place, items_.data(), items_.size());
        if (cut) { std::memcpy(place, &missed, sizeof missed); }
    }

    void begin_items() noexcept {
        in_items_ = true;
        writer_.begin_array();
        if (hides_text_ && lost_ != 0) {
            add_text_item({});
            lost_ = 0;
        }
        for_each_piece([&](std::string_view piece) { add_text_item(piece); });
    }
    void add_text_item(std::string_view text) noexcept {
        if (!hides_items_ && writer_.wants_more()) { writer_.string(hides_text_ ? redacted_text : text); }
    }

    // Seven bits to a byte, the low ones first; all but the last byte have the eighth.
    bool add_length(std::size_t length) noexcept {
        for (;; length >>= 7) {
            auto const byte = static_cast<unsigned char>((length & 0x7F) | (length > 0x7F ? 0x80 : 0));
            if (!pieces_.append(&byte, 1)) { return false; }
            if (length <= 0x7F) { return true; }
        }
    }
    template <class Visit>
    void for_each_piece(Visit&& visit) const noexcept {
        auto const* at = pieces_.data();
        for (auto const* const end = at + pieces_.size(); at != end;) {
            std::size_t length = 0;
            for (unsigned shift = 0;; shift += 7) {
                auto const byte = *at++;
                length |= static_cast<std::size_t>(byte & 0x7F) << shift;
                if (byte < 0x80) { break; }
            }
            auto const* const piece = at;
            at += length;  // before the visit, which may move the bytes
            visit(std::string_view(reinterpret_cast<char const*>(piece), length));
        }
    }

    value_buffer pieces_;
    std::size_t kept_ = 0;    // bytes of text there
    std::uint64_t lost_ = 0;  // and of those that aren't
    bool full_ = false, in_items_ = false;
    bool const hides_text_, hides_items_;
    value_buffer items_;
    value_writer writer_;
};

}  // namespace sonde::call_impl

#endif
