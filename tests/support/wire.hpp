// SPDX-License-Identifier: MIT
// Events to encode, and lines read back by a JSON parser that is not ours.
#ifndef SONDE_TESTS_SUPPORT_WIRE_HPP
#define SONDE_TESTS_SUPPORT_WIRE_HPP

#include <sonde/codec/json_lines.hpp>
#include <sonde/event/call_finished.hpp>
#include <sonde/event/capture_field.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/members.hpp>
#include <sonde/event/value_buffer.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sonde::tests {

using json = nlohmann::ordered_json;

/// The kind of struct that a user emits.
struct order_created {
    std::string order_id;
    double amount = 0;

    using sonde_members =
        members<member<"order_id", &order_created::order_id>, member<"amount", &order_created::amount>>;
    friend bool operator==(order_created const&, order_created const&) = default;
};

/// One that says what it is.
struct stock_low {
    static constexpr std::string_view event_type = "stock.low";
    static constexpr std::string_view channel = "BUSINESS";
    static constexpr auto level = sonde::level::warning;
    static constexpr auto event_kind = kind::handler;
    int left = 0;

    using sonde_members = members<member<"left", &stock_low::left>>;
};

/// Captured values, as an open call has them.
class captured {
public:
    template <class Type>
    captured& add(section in, std::string_view key, Type const& value, std::size_t max_value_bytes = 65'536) {
        capture_field(buffer_, in, key, false, max_value_bytes, value);
        return *this;
    }
    template <class Type>
    captured& add_whole(section in, Type const& value, std::size_t max_value_bytes = 65'536) {
        capture_field(buffer_, in, "", true, max_value_bytes, value);
        return *this;
    }
    [[nodiscard]] fields in(section which) const { return {buffer_.data(), buffer_.size(), which}; }
    [[nodiscard]] call_finished call() const {
        call_finished event;
        event.agent_id = "agent";
        event.event_type = "tool_call";
        event.name = "search";
        event.input_data = in(section::input);
        event.output_data = in(section::output);
        event.metadata = in(section::metadata);
        return event;
    }
    value_buffer& buffer() { return buffer_; }

private:
    value_buffer buffer_;
};

/// The line of an event that is its own envelope.
template <class Event>
std::string line_of(Event const& event, std::size_t max_value_bytes = 65'536) {
    std::string line;
    json_lines{max_value_bytes}.encode(event, event, line);
    return line;
}

/// That line, parsed; throws if it is no JSON.
template <class Event>
json wire_of(Event const& event, std::size_t max_value_bytes = 65'536) {
    return json::parse(line_of(event, max_value_bytes));
}

/// A value as it stands on the wire.
template <class Type>
json value_on_wire(Type const& value, std::size_t max_value_bytes = 65'536) {
    captured fields;
    fields.add(section::input, "value", value, max_value_bytes);
    return wire_of(fields.call(), max_value_bytes).at("input_data").at("value");
}

}  // namespace sonde::tests

#endif
