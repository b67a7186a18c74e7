// SPDX-License-Identifier: MIT
// What Sonde throws, and the root of it.
#ifndef SONDE_EVENT_EXCEPTION_HPP
#define SONDE_EVENT_EXCEPTION_HPP

#include <sonde/config.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace sonde {

/// The root of everything that Sonde throws or reports. Only `config_error` (while something is constructed) and
/// `policy_violation` (a hook blocked a call) ever reach a caller; the rest is given to a sink's `on_error`.
class SONDE_SHARED exception : public std::exception {
public:
    explicit exception(std::string message) noexcept : message_(std::move(message)) {}
    [[nodiscard]] char const* what() const noexcept override { return message_.c_str(); }

private:
    std::string message_;
};

/// An option is out of its bounds. `what()` names the field, its value and the bounds.
class SONDE_SHARED config_error : public exception {
public:
    config_error(std::string_view field, std::string_view value, std::string_view bounds)
        : exception(text(field, value, bounds)), field_(field), value_(value), bounds_(bounds) {}

    [[nodiscard]] std::string const& field() const noexcept { return field_; }
    [[nodiscard]] std::string const& value() const noexcept { return value_; }
    [[nodiscard]] std::string const& bounds() const noexcept { return bounds_; }

private:
    static std::string text(std::string_view field, std::string_view value, std::string_view bounds) {
        std::string message("sonde: ");
        message.append(field).append(" is \"").append(value).append("\": it must be ").append(bounds);
        return message;
    }

    std::string field_, value_, bounds_;
};

/// Throws `error`; in a program built without exceptions, says it on stderr and aborts.
template <class Error>
[[noreturn]] void raise(Error const& error) {
#if defined(__cpp_exceptions)
    throw error;
#else
    std::fputs(error.what(), stderr);
    std::fputc('\n', stderr);
    std::abort();
#endif
}

}  // namespace sonde

#endif
