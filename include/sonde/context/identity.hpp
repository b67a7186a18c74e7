// SPDX-License-Identifier: MIT
// Who a monitor speaks for.
#ifndef SONDE_CONTEXT_IDENTITY_HPP
#define SONDE_CONTEXT_IDENTITY_HPP

#include <string>

namespace sonde {

/// The agent, or other program, that a monitor's events are about.
struct identity {
    std::string agent_id = {};  ///< `<service>-<environment>` reads well; never blank
    std::string agent_version = {};
    std::string environment = {};
};

}  // namespace sonde

#endif
