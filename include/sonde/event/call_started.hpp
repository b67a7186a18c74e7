// SPDX-License-Identifier: MIT
// The event of a call that begins, at sites with the option `started`.
#ifndef SONDE_EVENT_CALL_STARTED_HPP
#define SONDE_EVENT_CALL_STARTED_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/kind.hpp>

#include <string_view>

namespace sonde {

/// A call has begun. Its `span_id` is that of the `call_finished` that follows.
/// *Lifetime*: as its envelope's.
struct call_started : envelope {
    std::string_view name = {};
    sonde::kind kind = sonde::kind::function;
    fields input_data = {};

    using sonde_members =
        members_after<envelope, member<"name", &call_started::name>, member<"kind", &call_started::kind>,
                      member<"input_data", &call_started::input_data>>;
};

}  // namespace sonde

#endif
