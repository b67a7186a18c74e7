// SPDX-License-Identifier: MIT
// What a misuse evaluates to, once an error has said what is wrong.
#ifndef SONDE_META_INERT_HPP
#define SONDE_META_INERT_HPP

#include <initializer_list>
#include <type_traits>

namespace sonde::meta {

/// False, but not before a template is instantiated: for the `static_assert` on a path that only a misuse takes.
template <class...>
inline constexpr bool never = false;

/// An argument that has no type of its own: `{1, 2}`.
struct braced {
    constexpr braced() noexcept = default;
    template <class Given>
    braced(Given const&) noexcept;
    braced(std::initializer_list<braced>) noexcept;
};

/// Takes whatever is done with it, so that a misuse is one error and not a storm of them. Nothing is ever run with it:
/// what has one does not compile, and its functions are defined nowhere.
struct inert {
    constexpr ~inert() {}  // not trivial: no compiler warns of a variable that only holds one
    template <class... Given>
    inert const& operator()(Given&&...) const noexcept;
    inert const& operator()(braced, braced = {}, braced = {}, braced = {}, braced = {}, braced = {}) const noexcept;
    template <class Given>
    inert const& operator[](Given&&) const noexcept;
    template <class Given>
        requires(!std::is_base_of_v<inert, std::remove_cvref_t<Given>>)
    inert& operator=(Given&&) noexcept;
    template <class Any>
    operator Any() const noexcept;

    static inert& instance() noexcept;
    inert* begin() const noexcept;
    inert* end() const noexcept;

    friend inert operator+(inert const&, auto const&) noexcept;
    friend inert operator-(inert const&, auto const&) noexcept;
    friend bool operator==(inert const&, auto const&) noexcept;
    friend bool operator<(inert const&, auto const&) noexcept;
    friend bool operator>(inert const&, auto const&) noexcept;
    friend inert operator|(auto const&, inert const&) noexcept;
};

template <class Type>
concept is_inert = std::is_base_of_v<inert, std::remove_cvref_t<Type>>;

}  // namespace sonde::meta

#endif
