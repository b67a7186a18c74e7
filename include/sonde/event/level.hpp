// SPDX-License-Identifier: MIT
// How much an event matters.
#ifndef SONDE_EVENT_LEVEL_HPP
#define SONDE_EVENT_LEVEL_HPP

#include <cstdint>
#include <string_view>

namespace sonde {

enum class level : std::uint8_t { debug, info, warning, error, critical, security_alert };

constexpr std::string_view to_text(level value) noexcept {
    switch (value) {
    case level::debug:
        return "debug";
    case level::info:
        return "info";
    case level::warning:
        return "warning";
    case level::error:
        return "error";
    case level::critical:
        return "critical";
    case level::security_alert:
        return "security_alert";
    }
    return "info";
}

}  // namespace sonde

#endif
