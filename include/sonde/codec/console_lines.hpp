// SPDX-License-Identifier: MIT
// Events as lines that a person reads.
#ifndef SONDE_CODEC_CONSOLE_LINES_HPP
#define SONDE_CODEC_CONSOLE_LINES_HPP

#include <sonde/codec/json_value.hpp>
#include <sonde/codec/terminal_text.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/codec/wire_event.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/level.hpp>
#include <sonde/event/status.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_reader.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/meta/utf8.hpp>
#include <sonde/time/timestamp_text.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

/// Writes one line per event: time of day (UTC), level, a mark for the outcome, the name with its abbreviated input,
/// output, duration, cost, error:
///
///     12:00:00.123 info    ✓ search(query="boost hana", limit=3) -> ["a","b"] 350 ms
///
/// Nothing in an event can break the line or command the terminal.
/// *Units and bounds*: values over `max_value_bytes` are cut; of each value, 48 bytes are shown. *Thread safety*: any.
struct console_lines {
    bool colour = false;
    std::size_t max_value_bytes = 256;

    /// Appends a line and its `\n`. *Errors*: what growing a string throws; `out` is then as before.
    template <event Event>
    void encode(Event const& event, envelope const& from, std::string& out) const {
        value_buffer buffer;
        write(to_wire(event, from, buffer, max_value_bytes), out);
    }

    /// The same for an event that is in the wire's form already.
    void write(wire_event const& event, std::string& out) const {
        std::string line;
        write_head(event, line);
        write_values(event, line);
        write_end(event, line);
        out.append(line.append("\n"));
    }

private:
    static constexpr std::size_t most_shown = 48;
    static constexpr std::size_t most_fields = 8;
    static constexpr std::size_t most_of_message = 400;
    static constexpr std::string_view dim = "\x1b[2m", bold = "\x1b[1m", red = "\x1b[31m", green = "\x1b[32m",
                                      yellow = "\x1b[33m", cyan = "\x1b[36m", alarm = "\x1b[1;37;41m",
                                      plain = "\x1b[0m";

    void paint(std::string& line, std::string_view style, std::string_view text) const {
        if (!colour || style.empty()) {
            line.append(text);
        } else {
            line.append(style).append(text).append(plain);
        }
    }

    static std::string_view style_of(level value) noexcept {
        switch (value) {
        case level::debug:
            return dim;
        case level::info:
            return cyan;
        case level::warning:
            return yellow;
        case level::error:
            return red;
        case level::critical:
        case level::security_alert:
            return alarm;
        }
        return {};
    }

    void write_head(wire_event const& event, std::string& line) const {
        auto const moment = to_text(event.from->timestamp);
        paint(line, dim, moment.view().substr(11, 12));
        line.append(" ");
        auto const level = to_text(event.from->level);
        paint(line, style_of(event.from->level), level);
        line.append(level.size() < 8 ? 8 - level.size() : 1, ' ');
        switch (event.status) {
        case status::error:
            paint(line, red, "✗");
            break;
        case status::blocked:
            paint(line, yellow, "⊘");
            break;
        case status::success:
            event.duration_ns ? paint(line, green, "✓") : paint(line, dim, "·");
            break;
        }
        line.append(" ");
        std::string name;
        append_cut(name, event.name, 2 * most_shown);
        paint(line, bold, name);
    }

    void write_values(wire_event const& event, std::string& line) const {
        line.append("(");
        auto const start = line.size();
        std::size_t count = 0;
        write_fields(event.input_data, line, start, count);
        write_fields(event.members, line, start, count);
        line.append(")");
        if (event.output_data.empty()) { return; }
        paint(line, dim, " -> ");
        count = 0;
        write_fields(event.output_data, line, line.size(), count);
    }

    void write_fields(fields const& section, std::string& line, std::size_t start, std::size_t& count) const {
        for (auto const& each : section) {
            if (++count > most_fields) {
                if (count == most_fields + 1) { line.append(", …"); }
                return;
            }
            if (line.size() != start) { line.append(", "); }
            if (!each.whole) {
                append_cut(line, each.key, most_shown);
                line.append("=");
            }
            write_value(each.value(), line);
        }
    }

    void write_value(value_reader reader, std::string& line) const {
        auto const type = reader.peek();
        if (value_token token; type == value_type::string || type == value_type::cut_string) {
            reader.next(token);
            line.append("\"");
            append_cut(line, token.text, most_shown);
            line.append("\"");
            return;
        }
        std::string text;
        text_writer writer(text);
        write_json_value(writer, reader, max_value_bytes);
        writer.finish();
        append_cut(line, text, most_shown);
    }

    void write_end(wire_event const& event, std::string& line) const {
        if (event.duration_ns) {
            line.append(" ");
            std::string text;
            append_duration(text, *event.duration_ns);
            paint(line, dim, text);
        }
        if (event.cost_usd) {
            char text[32];
            auto const end = std::to_chars(text, text + sizeof text, *event.cost_usd).ptr;
            line.append(" $").append(text, end);
        }
        if (!event.error_message.empty()) {
            std::string text;
            append_cut(text, event.error_message, most_of_message);
            line.append(" ");
            paint(line, event.status == status::blocked ? yellow : red, text);
        }
    }

    static void append_cut(std::string& line, std::string_view text, std::size_t bytes) {
        append_terminal_text(line, meta::utf8_head(text, bytes));
        if (text.size() > bytes) { line.append("…"); }
    }

    // Three digits and a unit: 350 ns, 4.21 us, 12.0 s.
    static void append_duration(std::string& line, std::uint64_t nanoseconds) {
        constexpr std::string_view units[] = {" ns", " us", " ms", " s"};
        std::size_t unit = 0;
        std::uint64_t divisor = 1;
        for (; unit < 3 && nanoseconds / divisor >= 1000; ++unit) { divisor *= 1000; }
        auto const whole = nanoseconds / divisor;
        line.append(std::to_string(whole));
        if (unit != 0 && whole < 100) {
            auto const hundredths = nanoseconds % divisor * 100 / divisor;
            line.append(".").append(1, static_cast<char>('0' + hundredths / 10));
            if (whole < 10) { line.append(1, static_cast<char>('0' + hundredths % 10)); }
        }
        line.append(units[unit]);
    }
};

}  // namespace sonde

#endif
