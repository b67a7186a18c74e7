// SPDX-License-Identifier: MIT
// A string that can be a template argument.
#ifndef SONDE_META_FIXED_STRING_HPP
#define SONDE_META_FIXED_STRING_HPP

#include <cstddef>
#include <string_view>

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

template <std::size_t Left, std::size_t Right>
constexpr bool operator==(fixed_string<Left> const& left, fixed_string<Right> const& right) noexcept {
    return left.view() == right.view();
}

}  // namespace sonde

#endif
