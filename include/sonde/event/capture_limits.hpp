// SPDX-License-Identifier: MIT
// How much of a value is captured, and what of it is not.
#ifndef SONDE_EVENT_CAPTURE_LIMITS_HPP
#define SONDE_EVENT_CAPTURE_LIMITS_HPP

#include <cstddef>
#include <string_view>

namespace sonde {

/// The text that stands in the place of a value under a redacted key.
inline constexpr std::string_view redacted_text = "[REDACTED]";

/// *Lifetime*: the keys are the caller's, and constant.
struct capture_limits {
    constexpr capture_limits(std::size_t bytes, std::string_view const* keys = nullptr, std::size_t count = 0) noexcept
        : max_value_bytes(bytes), redacted(keys), redacted_count(count) {}

    std::size_t max_value_bytes;  ///< longer values keep their head and their length
    std::string_view const* redacted;
    std::size_t redacted_count;

    [[nodiscard]] constexpr bool redacts_any() const noexcept { return redacted_count != 0; }
    /// Whether what stands under `key` is to be left out. Case matters not, for ASCII letters.
    [[nodiscard]] constexpr bool redacts(std::string_view key) const noexcept {
        auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        for (std::size_t i = 0; i < redacted_count; ++i) {
            auto same = redacted[i].size() == key.size();
            for (std::size_t at = 0; same && at < key.size(); ++at) { same = lower(redacted[i][at]) == lower(key[at]); }
            if (same) { return true; }
        }
        return false;
    }
};

}  // namespace sonde

#endif
