// SPDX-License-Identifier: MIT
// Where events are posted, and how.
#ifndef SONDE_TRANSPORT_HTTP_OPTIONS_HPP
#define SONDE_TRANSPORT_HTTP_OPTIONS_HPP

#include <sonde/transport/api_key.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace sonde {

/// Which header has the key.
enum class authentication : std::uint8_t {
    x_api_key,  ///< `X-API-Key: key`
    bearer,     ///< `Authorization: Bearer key`
};

struct http_transport_options {
    std::string api_url = "http://localhost:3002/api/v1";  ///< see `url`
    sonde::api_key api_key = {};                           ///< of visible ASCII characters; empty: none is sent
    sonde::authentication authentication = sonde::authentication::x_api_key;
    std::chrono::milliseconds timeout{30'000};          ///< for the whole of a request, name lookup included
    std::chrono::milliseconds connect_timeout{10'000};  ///< for the part of it before anything is sent
    bool gzip = false;                                  ///< compress what is sent
    std::string ca_file = {};                           ///< PEM; empty: the system's authorities
    bool allow_insecure = false;                        ///< plain http to other machines, the key included
};

}  // namespace sonde

#endif
