// SPDX-License-Identifier: MIT
// The span of a call that nobody records: it takes all and costs nothing.
#ifndef SONDE_CALL_NO_SPAN_HPP
#define SONDE_CALL_NO_SPAN_HPP

#include <sonde/context/propagation.hpp>

namespace sonde {

/// Has what `span_handle` and the spans and runs opened by hand have, and does nothing. Maybe unused: switching off must not
/// bring warnings about what is there for its scope only.
struct [[maybe_unused]] no_span {
    constexpr explicit operator bool() const noexcept { return false; }
    template <class... Values>
    constexpr void set(Values const&...) const noexcept {}
    template <class Name, class Value>
    constexpr void set_by_name(Name const&, Value const&) const noexcept {}
    template <class... Values>
    constexpr void input(Values const&...) const noexcept {}
    template <class... Values>
    constexpr void output(Values const&...) const noexcept {}
    template <class Value>
    constexpr void chunk(Value const&) const noexcept {}
    template <class Value>
    constexpr void cost_usd(Value const&) const noexcept {}
    template <class Text>
    constexpr void fail(Text const&) const noexcept {}
    constexpr void finish() const noexcept {}
    /// This thread's context: what there is to hand on when the span itself is none.
    [[nodiscard]] sonde::context context() const noexcept { return current_context(); }
};

}  // namespace sonde

#endif
