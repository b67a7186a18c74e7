// SPDX-License-Identifier: MIT
// One recorded call that no hook sees: what chain.hpp does for those with hooks, at a fraction of its cost to compile.
#ifndef SONDE_CALL_PLAIN_CALL_HPP
#define SONDE_CALL_PLAIN_CALL_HPP

#include <sonde/call/capture_argument.hpp>
#include <sonde/call/leaves_open.hpp>
#include <sonde/call/pointer_arguments.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

/// A result that can neither be moved nor referred to is made in the caller's place, where only the chain watches it.
template <class Result>
concept seen_when_returned =
    std::is_void_v<Result> || std::is_reference_v<Result> || std::is_move_constructible_v<Result>;

template <class Site, bool Unread, class Frame, class Result>
void capture_result(Frame& frame, Result const& made) noexcept {
    if constexpr (!Site::captures_output) {
        return;
    } else if constexpr (Unread) {
        frame.unread_result(made);
    } else {
        frame.result(made);
    }
}

// In three functions, not one with three branches: g++ 12 makes a named result in the caller's place only where it is named
// at the top of its function, outside of any `try` (GCC PR 51571).
template <class Site, class Result, bool Unread, class Frame, class Callable, class... A>
Result stopped_call(Frame& frame, Callable&& callable, A&&... arguments) {
    Result made = static_cast<Callable&&>(callable)(static_cast<A&&>(arguments)...);
    frame.stop();
    if constexpr (leaves_open<Result>) {
        frame.leave_in(made);
    } else {
        capture_result<Site, Unread>(frame, made);
    }
    return made;
}
template <class Site, class Result, bool Unread, class Frame, class Callable, class... A>
    requires std::is_reference_v<Result>
Result stopped_call(Frame& frame, Callable&& callable, A&&... arguments) {
    auto&& made = static_cast<Callable&&>(callable)(static_cast<A&&>(arguments)...);
    frame.stop();
    capture_result<Site, Unread>(frame, made);
    return static_cast<Result>(made);
}
template <class Site, class Result, bool Unread, class Frame, class Callable, class... A>
    requires std::is_void_v<Result>
void stopped_call(Frame& frame, Callable&& callable, A&&... arguments) {
    static_cast<Callable&&>(callable)(static_cast<A&&>(arguments)...);
    frame.stop();
}

/// The result of `callable` with these arguments, behind the span where the site says so; `frame` records it.
template <class Site, class Result, bool Nothrow, class... P, class Frame, class Callable>
[[gnu::always_inline]] inline Result plain_call(Frame& frame, Callable&& callable,
                                                std::type_identity_t<P>&&... arguments) {
    if constexpr (Site::captures_input) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            if constexpr ((std::is_pointer_v<std::remove_cvref_t<P>> || ...) || Site::facts.redacted_count != 0) {
                (capture_argument<Site, I, P...>(frame, arguments), ...);
            } else {
                (frame.input(Frame::template start_of<Site, I>.view(), arguments), ...);
            }
        }(std::index_sequence_for<P...>{});
    }
    if constexpr (Site::started) { frame.announce(); }
    constexpr auto unread = unread_result<Result, Callable, P...>;
    auto const body = [&]() -> Result {
        if constexpr (Site::with_span) {
            auto span = frame.span();
            return stopped_call<Site, Result, unread>(frame, static_cast<Callable&&>(callable), span,
                                                      static_cast<P&&>(arguments)...);
        } else {
            return stopped_call<Site, Result, unread>(frame, static_cast<Callable&&>(callable),
                                                      static_cast<P&&>(arguments)...);
        }
    };
    if constexpr (Nothrow) {
        return body();
    } else {
        return frame.watch(body);
    }
}

}  // namespace sonde::call_impl

#endif
