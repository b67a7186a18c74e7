// SPDX-License-Identifier: MIT
// What surrounds every event: who reports it, when, and where in the trace it belongs.
#ifndef SONDE_EVENT_ENVELOPE_HPP
#define SONDE_EVENT_ENVELOPE_HPP

#include <sonde/context/ids.hpp>
#include <sonde/event/hana.hpp>
#include <sonde/event/level.hpp>
#include <sonde/event/members.hpp>
#include <sonde/time/timestamp.hpp>

#include <string_view>

namespace sonde {

/// The members that all events have. The library's own events are envelopes with more members; a user's event travels
/// beside one: a sink that wants it takes it as `consume`'s second argument.
/// *Lifetime*: the texts are views, valid while `consume` runs; a sink that keeps an event copies what they show.
struct envelope {
    std::string_view agent_id = {};
    std::string_view event_type = {};
    std::string_view channel = {};
    sonde::level level = sonde::level::info;
    sonde::timestamp timestamp = {};  ///< the start of what the event reports
    sonde::trace_id trace_id = {};
    sonde::span_id span_id = {};
    sonde::span_id parent_span_id = {};  ///< zero: none
    sonde::run_id run_id = {};           ///< zero: outside any run
    std::string_view session_id = {};    ///< empty: none
    std::string_view user_id = {};       ///< empty: none

    using sonde_members =
        members<member<"agent_id", &envelope::agent_id>, member<"event_type", &envelope::event_type>,
                member<"channel", &envelope::channel>, member<"level", &envelope::level>,
                member<"timestamp", &envelope::timestamp>, member<"trace_id", &envelope::trace_id>,
                member<"span_id", &envelope::span_id>, member<"parent_span_id", &envelope::parent_span_id>,
                member<"run_id", &envelope::run_id>, member<"session_id", &envelope::session_id>,
                member<"user_id", &envelope::user_id>>;
};

}  // namespace sonde

#endif
