// SPDX-License-Identifier: MIT
// Runs code that may throw, in programs built with exceptions and without.
#ifndef SONDE_META_CATCHING_HPP
#define SONDE_META_CATCHING_HPP

namespace sonde::meta {

#if defined(__cpp_exceptions)

inline constexpr bool has_exceptions = true;

/// The result of `body()`; when that throws, the result of `handler()`, which runs as the exception's handler: it may
/// ask `std::current_exception()`, and may call `rethrow()`.
template <class Body, class Handler>
constexpr decltype(auto) catching(Body&& body, Handler&& handler) {
    // A function of its own, because a macro for `try` would be the user's to see, and because g++ 12 elides the copy
    // of a named result only outside a try block (GCC PR 51571): whoever needs that puts the name into `body`.
    try {
        return body();
    } catch (...) { return handler(); }
}

/// The result of `body()`; when that throws, `tell()` runs as the exception's handler, and the exception goes on.
template <class Body, class Tell>
constexpr auto telling(Body&& body, Tell&& tell) -> decltype(body()) {
    try {
        return body();
    } catch (...) {
        tell();
        throw;
    }
}

[[noreturn]] inline void rethrow() { throw; }

#else

inline constexpr bool has_exceptions = false;

template <class Body, class Handler>
constexpr decltype(auto) catching(Body&& body, Handler&&) {
    return body();
}

template <class Body, class Tell>
constexpr auto telling(Body&& body, Tell&&) -> decltype(body()) {
    return body();
}

[[noreturn]] inline void rethrow() { __builtin_unreachable(); }

#endif

}  // namespace sonde::meta

#endif
