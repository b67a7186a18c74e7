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
#include <string>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace delivery_impl {

// What a record is, in its first byte.
enum class record_form : std::uint8_t { event, text, spilled };

// Numbers as they are, then the texts and captured values, one behind the other, by their lengths. It never leaves the
// process, so that neither byte order nor version matter.
struct record_head {
    record_form form;
    sonde::level level;
    sonde::kind kind;
    sonde::status status;
    bool has_duration, has_cost;
    bool one_buffer;  // input, output and metadata lie in the same bytes, which are there once, as input's
    std::int64_t timestamp;
    sonde::trace_id trace_id;
    sonde::span_id span_id, parent_span_id;
    sonde::run_id run_id;
    std::uint64_t duration_ns;
    double cost_usd;
    std::uint32_t agent_id, event_type, channel, session_id, user_id, name, error_message;
    std::uint32_t input_data, output_data, metadata, members;
};
static_assert(std::is_trivially_copyable_v<record_head>);

}  // namespace delivery_impl

/// How an event is laid out as a record, and how long that is.
/// *Lifetime*: shows the event.
class record_layout {
public:
    explicit record_layout(wire_event const& event) noexcept : event_(event) {
        auto const& in = event.input_data;
        one_buffer_ = in.data() == event.output_data.data() && in.size_bytes() == event.output_data.size_bytes() &&
                      in.data() == event.metadata.data() && in.size_bytes() == event.metadata.size_bytes();
        auto const& from = *event.from;
        size_ = sizeof(delivery_impl::record_head) + from.agent_id.size() + from.event_type.size() +
                from.channel.size() + from.session_id.size() + from.user_id.size() + event.name.size() +
                event.error_message.size() + in.size_bytes() + event.members.size_bytes();
        if (!one_buffer_) { size_ += event.output_data.size_bytes() + event.metadata.size_bytes(); }
    }

    /// Bytes; over 2^32 - 1 it is no record.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// *Requires*: room for `size()` bytes, which is less than 2^32.
    void write(unsigned char* out) const noexcept {
        auto const& from = *event_.from;
        auto const length = [](auto const& text) { return static_cast<std::uint32_t>(text.size()); };
        auto const bytes = [](fields const& section) { return static_cast<std::uint32_t>(section.size_bytes()); };
        delivery_impl::record_head const head{.form = delivery_impl::record_form::event,
                                              .level = from.level,
                                              .kind = event_.kind,
                                              .status = event_.status,
                                              .has_duration = event_.duration_ns.has_value(),
                                              .has_cost = event_.cost_usd.has_value(),
                                              .one_buffer = one_buffer_,
                                              .timestamp = from.timestamp.unix_nanoseconds,
                                              .trace_id = from.trace_id,
                                              .span_id = from.span_id,
                                              .parent_span_id = from.parent_span_id,
                                              .run_id = from.run_id,
                                              .duration_ns = event_.duration_ns ? *event_.duration_ns : 0,
                                              .cost_usd = event_.cost_usd ? *event_.cost_usd : 0,
                                              .agent_id = length(from.agent_id),
                                              .event_type = length(from.event_type),
                                              .channel = length(from.channel),
                                              .session_id = length(from.session_id),
                                              .user_id = length(from.user_id),
                                              .name = length(event_.name),
                                              .error_message = length(event_.error_message),
                                              .input_data = bytes(event_.input_data),
                                              .output_data = bytes(event_.output_data),
                                              .metadata = bytes(event_.metadata),
                                              .members = bytes(event_.members)};
        std::memcpy(out, &head, sizeof head);
        out += sizeof head;
        auto const text = [&](std::string_view each) { out = meta::copy_bytes(out, each.data(), each.size()); };
        text(from.agent_id);
        text(from.event_type);
        text(from.channel);
        if (!from.session_id.empty()) { text(from.session_id); }
        if (!from.user_id.empty()) { text(from.user_id); }
        text(event_.name);
        if (!event_.error_message.empty()) { text(event_.error_message); }
        out = meta::copy_bytes(out, event_.input_data.data(), event_.input_data.size_bytes());
        if (!one_buffer_) {
            out = meta::copy_bytes(out, event_.output_data.data(), event_.output_data.size_bytes());
            out = meta::copy_bytes(out, event_.metadata.data(), event_.metadata.size_bytes());
        }
        meta::copy_bytes(out, event_.members.data(), event_.members.size_bytes());
    }

private:
    wire_event const& event_;
    std::size_t size_;
    bool one_buffer_;
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
    /// Appends the text of a record of `size` bytes. *Errors*: what growing `out` throws.
    static void read(unsigned char const* record, std::size_t size, std::string& out) {
        out.append(reinterpret_cast<char const*>(record) + 1, size - 1);
    }

private:
    std::string const& text_;
};

/// Calls `use(event)` with the `wire_event` that was written to `record`.
/// *Lifetime*: the event shows the record. *Requires*: `record_layout` wrote it.
template <class Use>
void read_record(unsigned char const* record, Use&& use) {
    delivery_impl::record_head head;
    std::memcpy(&head, record, sizeof head);
    auto const* at = record + sizeof head;
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
    envelope from;
    from.agent_id = text(head.agent_id);
    from.event_type = text(head.event_type);
    from.channel = text(head.channel);
    from.session_id = text(head.session_id);
    from.user_id = text(head.user_id);
    from.level = head.level;
    from.timestamp = {head.timestamp};
    from.trace_id = head.trace_id;
    from.span_id = head.span_id;
    from.parent_span_id = head.parent_span_id;
    from.run_id = head.run_id;

    wire_event event{.from = &from, .kind = head.kind, .status = head.status};
    event.name = text(head.name);
    event.error_message = text(head.error_message);
    if (head.has_duration) { event.duration_ns = head.duration_ns; }
    if (head.has_cost) { event.cost_usd = head.cost_usd; }
    event.input_data = values(head.input_data, section::input);
    if (head.one_buffer) {
        event.output_data = {event.input_data.data(), head.output_data, section::output};
        event.metadata = {event.input_data.data(), head.metadata, section::metadata};
    } else {
        event.output_data = values(head.output_data, section::output);
        event.metadata = values(head.metadata, section::metadata);
    }
    event.members = values(head.members, section::input);
    use(event);
}

}  // namespace sonde

#endif
