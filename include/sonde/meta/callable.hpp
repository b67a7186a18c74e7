// SPDX-License-Identifier: MIT
// Whether a type can be called at all.
#ifndef SONDE_META_CALLABLE_HPP
#define SONDE_META_CALLABLE_HPP

#include <sonde/meta/signature.hpp>

#include <type_traits>

namespace sonde::meta {

namespace meta_impl {
// Whether a class has call operators, whatever their parameters: with another beside them, naming one is ambiguous.
struct call_name {
    void operator()();
};
template <class Class>
struct beside_call_name : Class, call_name {};
template <class Class>
concept names_call = std::is_final_v<Class> || !requires { &beside_call_name<Class>::operator(); };

template <class Type>
concept function_pointer = std::is_pointer_v<Type> && std::is_function_v<std::remove_pointer_t<Type>>;
// A call of such an object converts it.
template <class Class>
concept to_function =
    requires(Class& object) { requires std::is_function_v<std::remove_reference_t<decltype(*object)>>; };
}  // namespace meta_impl

/// A type whose objects `std::invoke` can call with something. Of classes that are final, and of unions, it is believed.
template <class Type>
concept callable = !std::is_same_v<signature_of<Type>, no_signature> || std::is_member_pointer_v<Type> ||
                   meta_impl::function_pointer<Type> || std::is_union_v<Type> ||
                   (std::is_class_v<Type> && (meta_impl::names_call<Type> || meta_impl::to_function<Type>));

}  // namespace sonde::meta

#endif
