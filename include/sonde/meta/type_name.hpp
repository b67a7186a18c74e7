// SPDX-License-Identifier: MIT
// The name of a type, at compile time and without RTTI.
#ifndef SONDE_META_TYPE_NAME_HPP
#define SONDE_META_TYPE_NAME_HPP

#include <cstddef>
#include <string_view>

namespace sonde::meta {

namespace meta_impl {
template <class Type>
constexpr auto pretty_type() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return std::string_view(__FUNCSIG__);
#else
    return std::string_view(__PRETTY_FUNCTION__);
#endif
}

// Where the name stands in that text is learnt from a type whose name is known.
inline constexpr std::size_t type_offset = pretty_type<double>().find("double");
inline constexpr std::size_t type_rest = pretty_type<double>().size() - type_offset - 6;

constexpr bool names_operator(std::string_view name) noexcept {
    if (!name.starts_with("operator")) { return false; }
    auto const next = name.size() > 8 ? name[8] : 'x';
    return !((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9') ||
             next == '_' || next == ':');
}
}  // namespace meta_impl

/// The name of `Type` as the compiler writes it: `ns::order`. Namespaces included; compilers differ in the spelling of
/// template arguments.
template <class Type>
constexpr std::string_view type_name() noexcept {
    auto name = meta_impl::pretty_type<Type>();
    name.remove_prefix(meta_impl::type_offset);
    name.remove_suffix(meta_impl::type_rest);
    return name;
}

/// The last component of a qualified name, without template arguments: `map` of `ns::map<a::b, c>`.
constexpr std::string_view unqualified(std::string_view name) noexcept {
    std::size_t start = 0, end = name.size();
    int depth = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        auto const c = name[i];
        // What follows `operator` is all name, angle brackets included; `operators` is a name as any other.
        if (depth == 0 && i == start && meta_impl::names_operator(name.substr(i))) { break; }
        if (c == '<' || c == '(' || c == '{') {
            if (c == '<' && depth == 0) { end = i; }
            ++depth;
        } else if (c == '>' || c == ')' || c == '}') {
            --depth;
        } else if (c == ':' && depth == 0) {
            start = i + 1;
            end = name.size();
        }
    }
    return name.substr(start, end - start);
}

}  // namespace sonde::meta

#endif
