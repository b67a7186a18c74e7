// SPDX-License-Identifier: MIT
// A string that can be a template argument.
#ifndef SONDE_META_FIXED_STRING_HPP
#define SONDE_META_FIXED_STRING_HPP

#include <sonde/meta/inert.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace sonde {

/// The characters of a string literal, as a structural type: `template <fixed_string Name>` accepts `"search"`.
/// *Units and bounds*: `Size` counts the terminating zero.
template <std::size_t Size>
struct fixed_string {
    char text[Size] = {};

    constexpr fixed_string() noexcept = default;
    constexpr fixed_string(char const (&literal)[Size]) noexcept {  // implicit: that is what it is for
        for (std::size_t i = 0; i < Size; ++i) { text[i] = literal[i]; }
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return Size - 1; }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
    constexpr operator std::string_view() const noexcept { return view(); }
};

// What is no text converts too, to an error that says so: in fewer lines than it takes a compiler to say that no template
// matches. Functions and members of one type don't convert: where a name may stand, they often may.
template <>
struct fixed_string<0> {
    template <class Given>
    constexpr fixed_string(Given const&) noexcept {
        static_assert(
            meta::never<Given>,
            "sonde: this template argument is not a text: it is another value, or a text that is no array. Write it in "
            "quotes, monitored<\"search\">, or name a static constexpr char text[] = \"search\". "
            "See docs/errors.md#text");
    }
    [[nodiscard]] static constexpr std::size_t size() noexcept { return 0; }
    [[nodiscard]] static constexpr std::string_view view() noexcept { return {}; }
};
namespace meta_impl {
inline constexpr auto overloaded = static_cast<std::size_t>(-1);
}
template <std::size_t Size>
    requires(Size == meta_impl::overloaded)
struct fixed_string<Size> {
    static_assert(Size != meta_impl::overloaded,
                  "sonde: this template argument is not one function: it names several, or a template. Cast it to the "
                  "type that is meant, or decorate a lambda that calls it. See docs/errors.md#function-overloaded");
};

template <std::size_t Size>
fixed_string(char const (&)[Size]) -> fixed_string<Size>;
template <class Function>
    requires std::is_function_v<Function>
fixed_string(Function*) -> fixed_string<1>;
template <class Member, class Class>
fixed_string(Member Class::*) -> fixed_string<1>;
template <class Given>
    requires(!std::is_function_v<Given>)
fixed_string(Given const&) -> fixed_string<0>;
// Only an overloaded name, which has no type of its own, can't be taken any better.
template <std::size_t Size = meta_impl::overloaded>
fixed_string(...) -> fixed_string<Size>;

template <std::size_t Left, std::size_t Right>
constexpr bool operator==(fixed_string<Left> const& left, fixed_string<Right> const& right) noexcept {
    return left.view() == right.view();
}

}  // namespace sonde

#endif
