// SPDX-License-Identifier: MIT
// Captures one argument of a call.
#ifndef SONDE_CALL_CAPTURE_ARGUMENT_HPP
#define SONDE_CALL_CAPTURE_ARGUMENT_HPP

#include <sonde/call/pointer_arguments.hpp>

#include <cstddef>
#include <type_traits>

namespace sonde::call_impl {

/// Gives `frame` the argument at `Position`, of those that `Parameters` declare.
template <class Site, std::size_t Position, class... Parameters, class Frame, class Argument>
[[gnu::always_inline]] inline void capture_argument(Frame& frame, Argument const& argument) noexcept {
    if constexpr (unread_argument<Position, Parameters...>) {
        frame.unread_input(Site::template argument<Position>, argument);
    } else if constexpr (Site::facts.redacted_count != 0) {
        frame.input(Site::template argument<Position>, argument);
    } else {
        frame.input(Frame::template start_of<Site, Position>.view(), argument);
    }
}

}  // namespace sonde::call_impl

#endif
