// SPDX-License-Identifier: MIT
// The event of a call, or of a span opened by hand, that came to its end.
#ifndef SONDE_EVENT_CALL_FINISHED_HPP
#define SONDE_EVENT_CALL_FINISHED_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/status.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sonde {

/// A call, or a span opened by hand, has ended: with success, with an error, or blocked by a hook.
/// *Lifetime*: as its envelope's.
struct call_finished : envelope {
    std::string_view name = {};
    sonde::kind kind = sonde::kind::function;
    sonde::status status = sonde::status::success;
    std::string_view error_message = {};  ///< "Type: what"; empty: none
    std::uint64_t duration_ns = 0;        ///< from a monotonic clock
    std::optional<double> cost_usd = {};  ///< empty: unknown
    fields input_data = {}, output_data = {}, metadata = {};

    using sonde_members =
        members_after<envelope, member<"name", &call_finished::name>, member<"kind", &call_finished::kind>,
                      member<"status", &call_finished::status>, member<"error_message", &call_finished::error_message>,
                      member<"duration_ns", &call_finished::duration_ns>, member<"cost_usd", &call_finished::cost_usd>,
                      member<"input_data", &call_finished::input_data>,
                      member<"output_data", &call_finished::output_data>, member<"metadata", &call_finished::metadata>>;
};

}  // namespace sonde

#endif
