// SPDX-License-Identifier: MIT
// The name of a function or class member given as a template argument.
#ifndef SONDE_META_FUNCTION_NAME_HPP
#define SONDE_META_FUNCTION_NAME_HPP

#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/type_name.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace sonde::meta {

namespace meta_impl {
template <auto Value>
constexpr auto pretty_value() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return std::string_view(__FUNCSIG__);
#else
    return std::string_view(__PRETTY_FUNCTION__);
#endif
}

inline constexpr std::size_t value_rest = pretty_value<true>().size() - pretty_value<true>().find("true") - 4;

template <auto Value>
constexpr std::string_view value_text() noexcept {
    auto text = pretty_value<Value>();
    text.remove_prefix(text.find('=') + 2);
    text.remove_suffix(value_rest);
    if (text.starts_with('&')) { text.remove_prefix(1); }
    return text;
}

template <class Member>
struct class_of;
template <class Member, class Class>
struct class_of<Member Class::*> {
    using type = Class;
};
}  // namespace meta_impl

/// The name of `Function` as a string that can be a template argument: "fn", or "Class::member". Namespaces and template
/// arguments are dropped; a static member function has the form of a free one.
/// *Requires*: a function or member pointer that has a name.
template <auto Function>
constexpr auto function_name() noexcept {
    constexpr auto own = unqualified(meta_impl::value_text<Function>());
    if constexpr (std::is_member_pointer_v<decltype(Function)>) {
        constexpr auto owner = unqualified(type_name<typename meta_impl::class_of<decltype(Function)>::type>());
        fixed_string<owner.size() + own.size() + 3> name;
        for (std::size_t i = 0; i < owner.size(); ++i) { name.text[i] = owner[i]; }
        name.text[owner.size()] = name.text[owner.size() + 1] = ':';
        for (std::size_t i = 0; i < own.size(); ++i) { name.text[owner.size() + 2 + i] = own[i]; }
        return name;
    } else {
        fixed_string<own.size() + 1> name;
        for (std::size_t i = 0; i < own.size(); ++i) { name.text[i] = own[i]; }
        return name;
    }
}

}  // namespace sonde::meta

#endif
