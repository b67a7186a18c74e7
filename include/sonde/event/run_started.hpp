// SPDX-License-Identifier: MIT
// The event of a run that begins.
#ifndef SONDE_EVENT_RUN_STARTED_HPP
#define SONDE_EVENT_RUN_STARTED_HPP

#include <sonde/event/envelope.hpp>
#include <sonde/event/fields.hpp>

#include <string_view>

namespace sonde {

/// A run has begun. *Lifetime*: as its envelope's.
struct run_started : envelope {
    std::string_view name = {};
    fields metadata = {};

    using sonde_members =
        members_after<envelope, member<"name", &run_started::name>, member<"metadata", &run_started::metadata>>;
};

}  // namespace sonde

#endif
