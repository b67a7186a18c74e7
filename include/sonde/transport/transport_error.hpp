// SPDX-License-Identifier: MIT
// What keeps events from arriving, as exceptions. None is ever thrown: a sink's on_error is given them.
#ifndef SONDE_TRANSPORT_TRANSPORT_ERROR_HPP
#define SONDE_TRANSPORT_TRANSPORT_ERROR_HPP

#include <sonde/config.hpp>
#include <sonde/event/exception.hpp>

#include <string>
#include <utility>

namespace sonde {

/// The place that events go to did not take them, or not as it should.
class SONDE_SHARED transport_error : public exception {
public:
    using exception::exception;
};

/// No connection, or one that broke or took too long.
class SONDE_SHARED network_error : public transport_error {
public:
    using transport_error::transport_error;
};

/// A server answered, and the answer is no.
class SONDE_SHARED api_error : public transport_error {
public:
    api_error(std::string message, int status_code, std::string response_body) noexcept
        : transport_error(std::move(message)), status_code_(status_code), response_body_(std::move(response_body)) {}

    [[nodiscard]] int status_code() const noexcept { return status_code_; }
    [[nodiscard]] std::string const& response_body() const noexcept { return response_body_; }

private:
    int status_code_;
    std::string response_body_;
};

/// The server does not know us (401), or knows us and refuses (403).
class SONDE_SHARED authentication_error : public api_error {
public:
    using api_error::api_error;
};

}  // namespace sonde

#endif
