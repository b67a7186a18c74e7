// SPDX-License-Identifier: MIT
// The facts of a site that are the same for all its calls, where code that is shared by all sites reads them.
#ifndef SONDE_CALL_SITE_FACTS_HPP
#define SONDE_CALL_SITE_FACTS_HPP

#include <sonde/event/kind.hpp>
#include <sonde/event/level.hpp>

#include <cstddef>
#include <string_view>

namespace sonde {

/// One constant object per site; what a call carries of its site is a reference to it.
struct site_facts {
    std::string_view name = {};
    std::string_view event_type = {};
    std::string_view started_type = {};  ///< the type of the event at the start
    std::string_view channel = {};
    sonde::kind kind = sonde::kind::function;
    sonde::level level = sonde::level::info;
    std::string_view const* redacted = nullptr;  ///< keys whose values are not captured
    std::size_t redacted_count = 0;
    bool without_input = false, without_output = false;  ///< sections that stay empty
};

}  // namespace sonde

#endif
