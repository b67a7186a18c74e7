// SPDX-License-Identifier: MIT
// How a call, a span or a run ended.
#ifndef SONDE_EVENT_STATUS_HPP
#define SONDE_EVENT_STATUS_HPP

#include <cstdint>
#include <string_view>

namespace sonde {

/// A call that a hook answered in the function's place is a success; one that a hook refused is blocked, which is neither
/// an error nor something to try again.
enum class status : std::uint8_t { success, error, blocked };

constexpr std::string_view to_text(status value) noexcept {
    switch (value) {
    case status::success:
        return "success";
    case status::error:
        return "error";
    case status::blocked:
        return "blocked";
    }
    return "error";
}

}  // namespace sonde

#endif
