// SPDX-License-Identifier: MIT
// Whether the span of a call stays open in its result.
#ifndef SONDE_CALL_LEAVES_OPEN_HPP
#define SONDE_CALL_LEAVES_OPEN_HPP

#include <type_traits>

namespace sonde {

class left_open;

namespace call_impl {

/// A result that takes its call's span over, and ends it when the work is done that the call began:
/// `void sonde_watch(left_open&&) noexcept`.
template <class Result>
concept leaves_open =
    std::is_class_v<Result> && std::is_move_constructible_v<Result> &&
    requires(Result& result, left_open&& span) { result.sonde_watch(static_cast<left_open&&>(span)); };

}  // namespace call_impl

}  // namespace sonde

#endif
