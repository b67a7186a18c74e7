// SPDX-License-Identifier: MIT
// The name of a function or class member given as a template argument.
#ifndef SONDE_META_FUNCTION_NAME_HPP
#define SONDE_META_FUNCTION_NAME_HPP

#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/signature.hpp>
#include <sonde/meta/type_name.hpp>

#include <cstddef>
#include <initializer_list>
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

// g++ 12 calls every conversion `__conv_op `; its result's type says which it is, in the same words with each compiler.
constexpr bool names_conversion(std::string_view name) noexcept {
    return name.starts_with("__conv_op") || (name.starts_with("operator ") && name != "operator co_await");
}
template <class Signature>
struct result_of {};
template <qualifier Qualifier, class Result>
struct result_of<signature<Qualifier, Result>> {
    using type = Result;
};
template <auto Function>
constexpr std::string_view own_name() noexcept {
    return unqualified(value_text<Function>());
}
template <auto Function>
inline constexpr bool is_conversion =
    std::is_member_function_pointer_v<decltype(Function)> && names_conversion(own_name<Function>());

template <std::size_t Size>
constexpr void append(fixed_string<Size>& to, std::size_t& at, std::string_view text) noexcept {
    for (auto const c : text) { to.text[at++] = c; }
}

template <class Member>
struct class_of;
template <class Member, class Class>
struct class_of<Member Class::*> {
    using type = Class;
};
}  // namespace meta_impl

/// The name of `Function` as a string that can be a template argument: "fn", "Class::member", "Class::operator int".
/// Namespaces and template arguments are dropped. A static member function has the form of a free one, "member": the
/// compiler writes it as a function of a namespace, and its type is one.
/// *Requires*: a function or member pointer that has a name.
template <auto Function>
constexpr auto function_name() noexcept {
    if constexpr (std::is_member_pointer_v<decltype(Function)>) {
        constexpr auto owner = unqualified(type_name<typename meta_impl::class_of<decltype(Function)>::type>());
        constexpr std::string_view before = meta_impl::is_conversion<Function> ? "::operator " : "::";
        constexpr auto own = [] {
            if constexpr (meta_impl::is_conversion<Function>) {
                return unqualified(type_name<typename meta_impl::result_of<signature_of<decltype(Function)>>::type>());
            } else {
                return meta_impl::own_name<Function>();
            }
        }();
        fixed_string<owner.size() + before.size() + own.size() + 1> name;
        std::size_t at = 0;
        for (auto const part : {owner, before, own}) { meta_impl::append(name, at, part); }
        return name;
    } else {
        constexpr auto own = meta_impl::own_name<Function>();
        fixed_string<own.size() + 1> name;
        std::size_t at = 0;
        meta_impl::append(name, at, own);
        return name;
    }
}

}  // namespace sonde::meta

#endif
