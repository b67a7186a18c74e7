// SPDX-License-Identifier: MIT
// The event that a program emits by hand from named fields, without a struct of its own.
#ifndef SONDE_EVENT_FIELDS_EMITTED_HPP
#define SONDE_EVENT_FIELDS_EMITTED_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/status.hpp>

#include <optional>
#include <string_view>

namespace sonde {

/// The program has something to say: `mon.emit<"decision">("query"_f = q)`. *Lifetime*: as its envelope's.
struct fields_emitted : envelope {
    std::string_view name = {};  ///< the event type
    sonde::kind kind = sonde::kind::function;
    sonde::status status = sonde::status::success;
    std::optional<double> cost_usd = {};  ///< empty: unknown
    fields input_data = {}, output_data = {}, metadata = {};

    using sonde_members =
        members_after<envelope, member<"name", &fields_emitted::name>, member<"kind", &fields_emitted::kind>,
                      member<"status", &fields_emitted::status>, member<"cost_usd", &fields_emitted::cost_usd>,
                      member<"input_data", &fields_emitted::input_data>,
                      member<"output_data", &fields_emitted::output_data>,
                      member<"metadata", &fields_emitted::metadata>>;
};

}  // namespace sonde

#endif
