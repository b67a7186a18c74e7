// SPDX-License-Identifier: MIT
// What a blocked call throws.
#ifndef SONDE_HOOK_POLICY_VIOLATION_HPP
#define SONDE_HOOK_POLICY_VIOLATION_HPP

#include <sonde/config.hpp>
#include <sonde/event/exception.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace sonde {

/// A hook refused a call. The function did not run.
class SONDE_SHARED policy_violation : public exception {
public:
    policy_violation(std::string_view site, std::string_view rule, std::string reason)
        : exception(text(site, rule, reason)), rule_(rule), reason_(std::move(reason)) {}

    /// The name of the hook that blocked: its static member `name`, else its type's name.
    [[nodiscard]] std::string const& rule() const noexcept { return rule_; }
    /// What the hook gave as the reason.
    [[nodiscard]] std::string const& reason() const noexcept { return reason_; }

private:
    static std::string text(std::string_view site, std::string_view rule, std::string_view reason) {
        std::string message(site);
        message.append(" blocked by ").append(rule);
        if (!reason.empty()) { message.append(": ").append(reason); }
        return message;
    }

    std::string rule_, reason_;
};

/// What a block does in a program built without exceptions, where no `policy_violation` can be thrown: called with the
/// violation, it must not return. Set it before the first decorated call; null: the program terminates.
SONDE_SHARED inline void (*on_violation)(policy_violation const&) = nullptr;

namespace hook_impl {
[[noreturn]] inline void refuse(policy_violation const& violation) {
#if defined(__cpp_exceptions)
    throw violation;
#else
    if (on_violation != nullptr) { on_violation(violation); }
    std::terminate();
#endif
}
}  // namespace hook_impl

}  // namespace sonde

#endif
