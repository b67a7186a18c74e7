// SPDX-License-Identifier: MIT
// The event of a run that came to its end.
#ifndef SONDE_EVENT_RUN_FINISHED_HPP
#define SONDE_EVENT_RUN_FINISHED_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/status.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sonde {

/// A run has ended. Its metadata carries its counters: `tool_calls`, `model_calls`, `policy_violations`.
/// *Lifetime*: as its envelope's.
struct run_finished : envelope {
    std::string_view name = {};
    sonde::status status = sonde::status::success;
    std::string_view error_message = {};  ///< "Type: what"; empty: none
    std::uint64_t duration_ns = 0;        ///< from a monotonic clock
    std::optional<double> cost_usd = {};  ///< empty: unknown
    fields input_data = {}, output_data = {}, metadata = {};

    using sonde_members =
        members_after<envelope, member<"name", &run_finished::name>, member<"status", &run_finished::status>,
                      member<"error_message", &run_finished::error_message>,
                      member<"duration_ns", &run_finished::duration_ns>, member<"cost_usd", &run_finished::cost_usd>,
                      member<"input_data", &run_finished::input_data>,
                      member<"output_data", &run_finished::output_data>, member<"metadata", &run_finished::metadata>>;
};

}  // namespace sonde

#endif
