// SPDX-License-Identifier: MIT
// How sending went.
#ifndef SONDE_TRANSPORT_TRANSPORT_RESULT_HPP
#define SONDE_TRANSPORT_TRANSPORT_RESULT_HPP

#include <cstddef>
#include <cstdint>

namespace sonde {

enum class transport_outcome : std::uint8_t {
    delivered,
    failed,    ///< may go better another time
    rejected,  ///< will never be taken
    halve,     ///< not in one piece: each half may be taken; of a single event: rejected
    refused,   ///< nothing will be taken any more: authentication
};

/// The answer of a transport's `send`. An error may come with a success: a file that can't be rotated is still written.
struct transport_result {
    transport_outcome outcome = transport_outcome::delivered;
    std::size_t taken = 0;             ///< bytes that arrived, of what was given: whole events only
    char const* problem = nullptr;     ///< what could not be done, as a verb ("open"); null: nothing
    int cause = 0;                     ///< why: errno, or a server's status code
    std::uint32_t retry_after_ms = 0;  ///< how long the receiver asks to be left alone; 0: it does not say

    [[nodiscard]] constexpr bool same_problem(transport_result const& other) const noexcept {
        return problem == other.problem && cause == other.cause;
    }
};

}  // namespace sonde

#endif
