// SPDX-License-Identifier: MIT
// What a server's status means for what was sent.
#ifndef SONDE_TRANSPORT_HTTP_STATUS_HPP
#define SONDE_TRANSPORT_HTTP_STATUS_HPP

#include <sonde/transport/transport_result.hpp>

namespace sonde {

/// Redirects are not followed, so they are no different from other ways of not taking it.
/// *Source*: RFC 9110, 15: what is no known status is one of the server's own failures.
constexpr transport_outcome outcome_of_status(int status) noexcept {
    switch (status) {
    case 400:  // one bad event spoils a batch: its half without that is taken
    case 413:
    case 422:
        return transport_outcome::halve;
    case 401:
    case 403:
        return transport_outcome::refused;
    case 408:
    case 429:
        return transport_outcome::failed;
    default:
        return status >= 200 && status < 300   ? transport_outcome::delivered
               : status >= 100 && status < 500 ? transport_outcome::rejected
                                               : transport_outcome::failed;
    }
}

}  // namespace sonde

#endif
