// SPDX-License-Identifier: MIT
// Events as lines of JSON: the wire format of docs/wire.md.
#ifndef SONDE_CODEC_JSON_LINES_HPP
#define SONDE_CODEC_JSON_LINES_HPP

#include <sonde/codec/json_section.hpp>
#include <sonde/codec/json_text.hpp>
#include <sonde/codec/line_memory.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/codec/wire_event.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/meta/utf8.hpp>
#include <sonde/privacy/redaction.hpp>
#include <sonde/time/timestamp_text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

namespace codec_impl {
inline void write_text_or_null(text_writer& writer, std::string_view text) {
    if (text.empty()) { return writer.literal("null"); }
    write_json_string(writer, text);
}

// Texts that are keys of the schema and stay strings: an over-long one says so at its end.
inline void write_message_or_null(text_writer& writer, std::string_view text, std::size_t max_value_bytes) {
    if (text.size() <= max_value_bytes) [[likely]] { return write_text_or_null(writer, text); }
    std::string cut(meta::utf8_head(text, max_value_bytes));
    write_json_string(writer, cut.append("… (").append(std::to_string(text.size())).append(" bytes)"));
}

// *Requires* of both: room for 40 characters.
inline void put_span_or_null(text_writer& writer, span_id id) noexcept {
    if (!id) { return writer.put("null"); }
    writer.put('"');
    writer.put_hex(id.value);
    writer.put('"');
}
inline void put_run_or_null(text_writer& writer, run_id id) noexcept {
    if (!id) { return writer.put("null"); }
    writer.put('"');
    writer.put(to_text(id).view());
    writer.put('"');
}
}  // namespace codec_impl

/// Writes one line per event, valid JSON on its own whatever the event holds.
/// *Units and bounds*: values over `max_value_bytes` bytes are cut and marked. *Thread safety*: any.
/// *Source*: docs/wire.md.
struct json_lines {
    std::size_t max_value_bytes = 65'536;
    redaction hidden = {};  ///< keys of input, output and metadata whose values are not written

    /// Appends a line and its `\n`. *Errors*: what growing a string throws; `out` is then as before.
    template <event Event>
    void encode(Event const& event, envelope const& from, std::string& out) const {
        value_buffer buffer;
        write(to_wire(event, from, buffer, max_value_bytes), out);
    }

    /// The same for an event that is in the wire's form already.
    void write(wire_event const& event, std::string& out) const {
        text_writer writer(out);
        write(event, writer, nullptr);
        writer.finish();
    }

    /// What `write` may remember from one event to the next.
    using memory = line_memory;
    void write(wire_event const& event, text_writer& writer, line_memory* remembered) const {
        auto const* const parts = remembered == nullptr ? nullptr : remembered->parts(event);
        parts == nullptr ? line_parts::write_before(writer, event) : writer.text(parts->before);
        writer.room(64);
        if (remembered == nullptr) {
            writer.put(to_text(event.from->timestamp).view());
        } else {
            writer.at(remembered->timestamps.write(writer.at(), event.from->timestamp));
        }
        write_data(writer, event);
        write_outcome(writer, event);
        parts == nullptr ? line_parts::write_between(writer, event) : writer.text(parts->between);
        write_place(writer, event);
    }

    /// Whether `tail`, bytes behind a file's last `\n`, is the beginning of a line that was never written to its end.
    [[nodiscard]] static bool torn(std::string_view tail) noexcept {
        if (!tail.starts_with('{')) { return false; }
        bool in_string = false;
        std::size_t depth = 0;
        for (std::size_t i = 0; i < tail.size(); ++i) {
            auto const c = tail[i];
            if (in_string) {
                if (c == '\\') { ++i; }
                if (c == '"') { in_string = false; }
            } else if (c == '"') {
                in_string = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                return i + 1 != tail.size();
            }
        }
        return true;
    }

private:
    void write_data(text_writer& writer, wire_event const& event) const {
        auto const* const keys = hidden.empty() ? nullptr : &hidden;
        writer.put("\",\"input_data\":");
        auto const& in = event.input_data;
        auto const together = event.members.size_bytes() == 0 && in.data() == event.output_data.data() &&
                              in.data() == event.metadata.data() && in.size_bytes() == event.output_data.size_bytes() &&
                              in.size_bytes() == event.metadata.size_bytes();
        if (together && write_json_sections(writer, in, max_value_bytes, keys)) { return; }
        write_json_section(writer, event.input_data, event.members, max_value_bytes, keys);
        writer.literal(",\"output_data\":");
        write_json_section(writer, event.output_data, {}, max_value_bytes, keys);
        writer.literal(",\"metadata\":");
        write_json_section(writer, event.metadata, {}, max_value_bytes, keys);
    }

    void write_outcome(text_writer& writer, wire_event const& event) const {
        writer.literal(",\"cost_usd\":");
        event.cost_usd ? write_json_number(writer, *event.cost_usd) : writer.literal("null");
        writer.room(128);
        writer.put(",\"latency_ms\":");
        event.duration_ns ? writer.put_number(milliseconds(*event.duration_ns)) : writer.put("null");
        writer.put(",\"status\":\"");
        writer.put(to_text(event.status));
        writer.put("\",\"error_message\":");
        codec_impl::write_message_or_null(writer, event.error_message, max_value_bytes);
    }

    // From the duration on.
    static void write_place(text_writer& writer, wire_event const& event) {
        auto const& from = *event.from;
        writer.room(384);
        event.duration_ns ? writer.put_number(*event.duration_ns) : writer.put("null");
        writer.put(",\"trace_id\":\"");
        writer.put_hex(from.trace_id.high);
        writer.put_hex(from.trace_id.low);
        writer.put("\",\"span_id\":\"");
        writer.put_hex(from.span_id.value);
        writer.put("\",\"parent_span_id\":");
        codec_impl::put_span_or_null(writer, from.parent_span_id);
        writer.put(",\"run_id\":");
        codec_impl::put_run_or_null(writer, from.run_id);
        if (from.session_id.empty() && from.user_id.empty()) {
            return writer.put(",\"session_id\":null,\"user_id\":null}\n");
        }
        writer.put(",\"session_id\":");
        codec_impl::write_text_or_null(writer, from.session_id);
        writer.literal(",\"user_id\":");
        codec_impl::write_text_or_null(writer, from.user_id);
        writer.literal("}\n");
    }

    static std::uint64_t milliseconds(std::uint64_t nanoseconds) noexcept {
        return nanoseconds / 1'000'000 + (nanoseconds % 1'000'000 >= 500'000 ? 1 : 0);
    }
};

}  // namespace sonde

#endif
