// SPDX-License-Identifier: MIT
// How long a server asks to be left alone.
#ifndef SONDE_TRANSPORT_RETRY_AFTER_HPP
#define SONDE_TRANSPORT_RETRY_AFTER_HPP

#include <sonde/time/timestamp.hpp>
#include <sonde/transport/http_date.hpp>

#include <cstdint>
#include <string_view>

namespace sonde {

/// The value of a `Retry-After` header, seconds or a date, in milliseconds from `now`. 0 when it is neither, or over.
/// *Units and bounds*: an hour at most, whatever it says. *Source*: RFC 9110, 10.2.3.
constexpr std::uint32_t retry_after_ms(std::string_view value, timestamp now) noexcept {
    constexpr std::int64_t most = 3'600'000, million = 1'000'000;
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) { value.remove_prefix(1); }
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) { value.remove_suffix(1); }
    if (value.empty()) { return 0; }

    std::int64_t wait = 0;
    if (value.front() >= '0' && value.front() <= '9') {
        for (char const digit : value) {
            if (digit < '0' || digit > '9') { return 0; }
            if (wait < most) { wait = wait * 10 + (digit - '0'); }
        }
        wait = wait < most / 1000 ? wait * 1000 : most;
    } else {
        std::int64_t seconds = 0;
        if (!parse_http_date(value, now.unix_nanoseconds / (1000 * million), seconds)) { return 0; }
        wait = seconds * 1000 - now.unix_nanoseconds / million;
    }
    return static_cast<std::uint32_t>(wait < 0 ? 0 : wait > most ? most : wait);
}

}  // namespace sonde

#endif
