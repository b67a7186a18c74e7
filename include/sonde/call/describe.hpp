// SPDX-License-Identifier: MIT
// What the events of calls, spans and runs have in common, filled in from what is known of them.
#ifndef SONDE_CALL_DESCRIBE_HPP
#define SONDE_CALL_DESCRIBE_HPP

#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/context/id_source.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/level.hpp>
#include <sonde/event/status.hpp>

namespace sonde::call_impl {

/// Gives a span that opens within `outer` its ids: the trace goes on, or begins. A trace's first span is called by the low
/// half of the trace's id, which is as unique as any other.
// One by one: as a whole they would be read back from memory before they have all got there.
[[gnu::always_inline]] inline void open_span(span_context& ids, context_impl::scope const* outer) noexcept {
    auto& fresh = context_impl::fresh_ids();
    auto const span = fresh.next_span();
    ids.span_id.value = span.value;
    if (outer != nullptr && outer->ids.trace_id) {
        ids.trace_id.high = outer->ids.trace_id.high;
        ids.trace_id.low = outer->ids.trace_id.low;
        ids.parent_span_id.value = outer->ids.span_id.value;
    } else {
        ids.trace_id.high = fresh.next_high();
        ids.trace_id.low = span.value;
        ids.parent_span_id.value = 0;
    }
}

/// The level of an event whose site has `usual`, given how the work ended.
constexpr level level_after(level usual, status how) noexcept {
    auto const least = how == status::error ? level::error : how == status::blocked ? level::warning : level::debug;
    return usual < least ? least : usual;
}

/// What is known when work starts.
template <class Event>
void describe(Event& event, span_context const& ids, site_facts const& site, span_record const& record) noexcept {
    event.trace_id = ids.trace_id;
    event.span_id = ids.span_id;
    event.parent_span_id = ids.parent_span_id;
    event.channel = site.channel;
    event.name = site.name;
    if constexpr (requires { event.kind; }) { event.kind = site.kind; }
    if constexpr (requires { event.input_data; }) { event.input_data = record.values(section::input); }
    if constexpr (requires { event.metadata; }) { event.metadata = record.values(section::metadata); }
}

/// What is known when it has ended.
template <class Event>
void finish(Event& event, span_record const& record) noexcept {
    event.status = record.status;
    event.error_message = record.error_message;
    event.cost_usd = record.cost_usd;
    event.output_data = record.values(section::output);
}

}  // namespace sonde::call_impl

#endif
