// SPDX-License-Identifier: MIT
// An event as bytes: what a caller's thread leaves in a queue, and a worker makes text of.
#ifndef SONDE_DELIVERY_RECORD_HPP
#define SONDE_DELIVERY_RECORD_HPP

#include <sonde/codec/wire_event.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/level.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/copy_bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace delivery_impl {

// What a record is, in its first byte.
enum class record_form : std::uint8_t { event, text, spilled };

// What all records have: numbers as they are, and the lengths of texts. It never leaves the process, so that neither byte
// order nor version matter. Behind it stand the parts that `parts` says, in its order; then the texts and captured values.
// It is short because the caller writes it to memory that the worker's core read last: what that costs goes by the bytes.
struct record_head {
    record_form form;
    sonde::level level;
    sonde::kind kind;
    sonde::status status;
    std::uint32_t parts;
    std::uint32_t name, event_type, channel, agent_id, error_message;
    std::uint32_t input_data;
    std::int64_t timestamp;
    std::uint64_t duration_ns;
    sonde::trace_id trace_id;
    sonde::span_id span_id;
};
static_assert(std::is_trivially_copyable_v<record_head>);

enum record_part : std::uint32_t {
    with_duration = 1,
    with_parent = 2,
    with_run = 4,
    with_cost = 8,
    with_lengths = 16,
    with_one_buffer = 32,  // input, output and metadata lie in the same bytes, which are there once, as input's
};

// Those that few records need.
struct record_lengths {
    std::uint32_t session_id = 0, user_id = 0, output_data = 0, metadata = 0, members = 0;
};

// What depends on whether it is a `wire_event`, whose members are all optional, or a `call_finished`, whose aren't.
template <class Event>
constexpr bool is_wire = std::is_same_v<Event, wire_event>;

}  // namespace delivery_impl

/// How an event is laid out as a record, and how long that is. `Event` is a `wire_event`; or a `call_finished`, of which
/// there are the most, and which needs no other form first.
// Inlined, and it refers to nothing: so an event of which only this is asked need not be made in memory.
struct record_layout {
    std::size_t size;  ///< bytes; over 2^32 - 1 it is no record
    std::uint32_t parts;

    template <class Event>
    [[gnu::always_inline]] static record_layout of(Event const& event, envelope const& from) noexcept {
        using namespace delivery_impl;
        auto const one_buffer =
            same_bytes(event.input_data, event.output_data) && same_bytes(event.input_data, event.metadata);
        record_layout all{sizeof(record_head) + event.name.size() + from.event_type.size() + from.channel.size() +
                              from.agent_id.size() + event.error_message.size() + event.input_data.size_bytes(),
                          one_buffer ? std::uint32_t{with_one_buffer} : 0};
        if (from.parent_span_id) { all.add(with_parent, sizeof from.parent_span_id); }
        if (from.run_id) { all.add(with_run, sizeof from.run_id); }
        if (event.cost_usd.has_value()) { all.add(with_cost, sizeof(double)); }
        auto more = from.session_id.size() + from.user_id.size();
        if (!one_buffer) { more += event.output_data.size_bytes() + event.metadata.size_bytes(); }
        if constexpr (is_wire<Event>) {
            if (event.duration_ns.has_value()) { all.add(with_duration, 0); }
            more += event.members.size_bytes();
        } else {
            all.add(with_duration, 0);
        }
        if (more != 0) { all.add(with_lengths, sizeof(record_lengths) + more); }
        return all;
    }

    /// *Requires*: room for `size` bytes, which is less than 2^32, at a multiple of eight; and it is the layout of this.
    template <class Event>
    [[gnu::always_inline]] void write(unsigned char* out, Event const& event, envelope const& from) const noexcept {
        using namespace delivery_impl;
        std::uint64_t duration = 0;
        if constexpr (is_wire<Event>) {
            if (event.duration_ns) { duration = *event.duration_ns; }
        } else {
            duration = event.duration_ns;
        }
        // Where it belongs at once: put together elsewhere, it would be read before it has got there.
        ::new (out) record_head{.form = record_form::event,
                                .level = from.level,
                                .kind = event.kind,
                                .status = event.status,
                                .parts = parts,
                                .name = length(event.name),
                                .event_type = length(from.event_type),
                                .channel = length(from.channel),
                                .agent_id = length(from.agent_id),
                                .error_message = length(event.error_message),
                                .input_data = length(event.input_data),
                                .timestamp = from.timestamp.unix_nanoseconds,
                                .duration_ns = duration,
                                .trace_id = from.trace_id,
                                .span_id = from.span_id};
        out += sizeof(record_head);
        if ((parts & with_parent) != 0) { put(out, from.parent_span_id); }
        if ((parts & with_run) != 0) { put(out, from.run_id); }
        if ((parts & with_cost) != 0) [[unlikely]] { put(out, *event.cost_usd); }
        if ((parts & with_lengths) != 0) [[unlikely]] {
            record_lengths lengths{.session_id = length(from.session_id),
                                   .user_id = length(from.user_id),
                                   .output_data = length(event.output_data),
                                   .metadata = length(event.metadata)};
            if constexpr (is_wire<Event>) { lengths.members = length(event.members); }
            put(out, lengths);
        }
        // A site's texts lie one behind the other.
        if (from.event_type.data() == event.name.data() + event.name.size() &&
            from.channel.data() == from.event_type.data() + from.event_type.size()) [[likely]] {
            out = meta::copy_bytes(out, event.name.data(),
                                   event.name.size() + from.event_type.size() + from.channel.size());
        } else {
            copy(out, event.name), copy(out, from.event_type), copy(out, from.channel);
        }
        out = meta::copy_bytes(out, from.agent_id.data(), from.agent_id.size());
        if (!event.error_message.empty()) [[unlikely]] { copy(out, event.error_message); }
        copy(out, event.input_data);
        if ((parts & with_lengths) != 0) [[unlikely]] {
            copy(out, from.session_id), copy(out, from.user_id);
            if ((parts & with_one_buffer) == 0) { copy(out, event.output_data), copy(out, event.metadata); }
            if constexpr (is_wire<Event>) { copy(out, event.members); }
        }
    }

private:
    static bool same_bytes(fields const& one, fields const& other) noexcept {
        return one.data() == other.data() && one.size_bytes() == other.size_bytes();
    }
    [[gnu::always_inline]] void add(std::uint32_t part, std::size_t bytes) noexcept { parts |= part, size += bytes; }
    static std::uint32_t length(std::string_view text) noexcept { return static_cast<std::uint32_t>(text.size()); }
    static std::uint32_t length(fields const& values) noexcept {
        return static_cast<std::uint32_t>(values.size_bytes());
    }
    template <class Value>
    [[gnu::always_inline]] static void put(unsigned char*& out, Value const& value) noexcept {
        std::memcpy(out, &value, sizeof value);
        out += sizeof value;
    }
    [[gnu::always_inline]] static void copy(unsigned char*& out, void const* from, std::size_t size) noexcept {
        if (size != 0) { std::memcpy(out, from, size); }
        out += size;
    }
    [[gnu::always_inline]] static void copy(unsigned char*& out, std::string_view text) noexcept {
        copy(out, text.data(), text.size());
    }
    [[gnu::always_inline]] static void copy(unsigned char*& out, fields const& values) noexcept {
        copy(out, values.data(), values.size_bytes());
    }
};

/// The same for where it is not inlined.
/// *Lifetime*: shows the event.
class event_layout {
public:
    explicit event_layout(wire_event const& event) noexcept
        : event_(event), layout_(record_layout::of(event, *event.from)) {}
    [[nodiscard]] std::size_t size() const noexcept { return layout_.size; }
    /// *Requires*: room for `size()` bytes, which is less than 2^32.
    void write(unsigned char* out) const noexcept { layout_.write(out, event_, *event_.from); }

private:
    wire_event const& event_;
    record_layout layout_;
};

/// Text that is encoded already, as a record. *Lifetime*: shows the text.
class text_layout {
public:
    explicit text_layout(std::string const& text) noexcept : text_(text) {}
    [[nodiscard]] std::size_t size() const noexcept { return 1 + text_.size(); }
    void write(unsigned char* out) const noexcept {
        *out = static_cast<unsigned char>(delivery_impl::record_form::text);
        std::memcpy(out + 1, text_.data(), text_.size());
    }
    /// The text of a record of `size` bytes.
    static std::string_view text_of(unsigned char const* record, std::size_t size) noexcept {
        return {reinterpret_cast<char const*>(record) + 1, size - 1};
    }

private:
    std::string const& text_;
};

/// Calls `use(event)` with the `wire_event` that was written to `record`.
/// *Lifetime*: the event shows the record. *Requires*: a `record_layout` wrote it.
template <class Use>
void read_record(unsigned char const* record, Use&& use) {
    using namespace delivery_impl;
    auto const* at = record;
    auto const bytes = [&](auto& value) {
        std::memcpy(&value, at, sizeof value);
        at += sizeof value;
    };
    auto const text = [&](std::uint32_t size) {
        std::string_view const found(reinterpret_cast<char const*>(at), size);
        at += size;
        return found;
    };
    auto const values = [&](std::uint32_t size, section in) {
        fields const found(at, size, in);
        at += size;
        return found;
    };
    record_head head;
    bytes(head);
    envelope from;
    from.level = head.level;
    from.timestamp = {head.timestamp};
    from.trace_id = head.trace_id;
    from.span_id = head.span_id;
    wire_event event{.from = &from, .kind = head.kind, .status = head.status};
    if ((head.parts & with_duration) != 0) { event.duration_ns = head.duration_ns; }
    if ((head.parts & with_parent) != 0) { bytes(from.parent_span_id); }
    if ((head.parts & with_run) != 0) { bytes(from.run_id); }
    if ((head.parts & with_cost) != 0) { bytes(event.cost_usd.emplace()); }
    record_lengths lengths{};
    if ((head.parts & with_lengths) != 0) { bytes(lengths); }

    event.name = text(head.name);
    from.event_type = text(head.event_type);
    from.channel = text(head.channel);
    from.agent_id = text(head.agent_id);
    event.error_message = text(head.error_message);
    event.input_data = values(head.input_data, section::input);
    from.session_id = text(lengths.session_id);
    from.user_id = text(lengths.user_id);
    if ((head.parts & with_one_buffer) != 0) {
        event.output_data = {event.input_data.data(), head.input_data, section::output};
        event.metadata = {event.input_data.data(), head.input_data, section::metadata};
    } else {
        event.output_data = values(lengths.output_data, section::output);
        event.metadata = values(lengths.metadata, section::metadata);
    }
    event.members = values(lengths.members, section::input);
    use(event);
}

}  // namespace sonde

#endif
