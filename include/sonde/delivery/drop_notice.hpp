// SPDX-License-Identifier: MIT
// The event that says how many events were lost.
#ifndef SONDE_DELIVERY_DROP_NOTICE_HPP
#define SONDE_DELIVERY_DROP_NOTICE_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/field_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/level.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/time/timestamp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

/// Appends the event `sonde.dropped` (channel META, a warning), whose input has the counts by reason since the queue was
/// made. *Errors*: what growing the text throws.
template <class Codec>
void encode_drop_notice(Codec const& codec, std::string_view agent_id, drop_counts const& drops, std::string& out) {
    value_buffer values;
    capture_limits const limits(codec.max_value_bytes);
    auto const field = [&](std::string_view key, std::uint64_t count) {
        if (count == 0) { return; }
        write_field(values, limits, {section::input, false}, key, value_type::unsigned_integer, count);
    };
    field("queue_full", drops.queue_full);
    field("transport_failed", drops.transport_failed);
    field("encoding_failed", drops.encoding_failed);
    field("spool_lost", drops.spool_lost);

    fields_emitted event;
    event.agent_id = agent_id;
    event.event_type = event.name = "sonde.dropped";
    event.channel = "META";
    event.level = level::warning;
    event.timestamp = {
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
    event.trace_id = new_trace_id();
    event.span_id = new_span_id();
    event.input_data = {values.data(), values.size(), section::input};
    codec.encode(event, event, out);
}

}  // namespace sonde

#endif
