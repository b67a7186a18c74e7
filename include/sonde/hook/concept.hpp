// SPDX-License-Identifier: MIT
// What a hook is: a type with any of before, after, on_error and on_block.
#ifndef SONDE_HOOK_CONCEPT_HPP
#define SONDE_HOOK_CONCEPT_HPP

#include <sonde/hook/verdict.hpp>
#include <sonde/meta/callable.hpp>
#include <sonde/meta/type_name.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

namespace hook_impl {

// Whether a class has a member of this name, whatever its parameters: with another of the same name beside it, naming
// the member is ambiguous.
struct all_names {
    int before, after, on_error, on_block, priority;
};
template <class Hook>
struct beside_all_names : Hook, all_names {};
template <class Hook>
concept inheritable = std::is_class_v<Hook> && !std::is_final_v<Hook>;

// A data member plays no part, unless it can be called. One that is private can't be told from a function.
template <class Address>
struct data_of : std::type_identity<void (*)()> {};
template <class Data>
    requires(!std::is_function_v<Data>)
struct data_of<Data*> : std::type_identity<Data> {};
template <class Data, class Class>
    requires(!std::is_function_v<Data>)
struct data_of<Data Class::*> : std::type_identity<Data> {};
template <class Address>
concept of_data = !meta::callable<std::remove_cv_t<typename data_of<Address>::type>>;

template <class Hook>
concept names_before = ((inheritable<Hook> && !requires {
                            &beside_all_names<Hook>::before;
                        }) || (std::is_final_v<Hook> && requires { &Hook::before; })) && !requires {
    { &Hook::before } -> of_data;
};
template <class Hook>
concept names_after = ((inheritable<Hook> && !requires {
                           &beside_all_names<Hook>::after;
                       }) || (std::is_final_v<Hook> && requires { &Hook::after; })) && !requires {
    { &Hook::after } -> of_data;
};
template <class Hook>
concept names_on_error = ((inheritable<Hook> && !requires {
                              &beside_all_names<Hook>::on_error;
                          }) || (std::is_final_v<Hook> && requires { &Hook::on_error; })) && !requires {
    { &Hook::on_error } -> of_data;
};
template <class Hook>
concept names_on_block = ((inheritable<Hook> && !requires {
                              &beside_all_names<Hook>::on_block;
                          }) || (std::is_final_v<Hook> && requires { &Hook::on_block; })) && !requires {
    { &Hook::on_block } -> of_data;
};

// Nothing derives from a final class: there, a member that can be pointed to, or be called with something that is no call
// in particular.
struct some_call {};
template <class Hook>
concept final_hook = std::is_final_v<Hook> && (names_before<Hook> || names_after<Hook> || names_on_error<Hook> ||
                                               names_on_block<Hook> ||
                                               requires(Hook& hook, some_call& call) { hook.before(call); } ||
                                               requires(Hook& hook, some_call& call) { hook.after(call, call); } ||
                                               requires(Hook& hook, some_call& call) { hook.on_error(call, std::exception_ptr{}); } ||
                                               requires(Hook& hook, some_call& call) { hook.on_block(call, std::string_view{}); });

// Whether it may see how a call ended. That of a final class whose members are templates is not to be asked by name.
template <class Hook>
concept sees_end = std::is_final_v<Hook> || names_after<Hook> || names_on_error<Hook> || names_on_block<Hook>;

}  // namespace hook_impl

/// A class that has a part to play around a call: any of
///   `before(call&)`                             answers nothing or a verdict (hook/verdict.hpp),
///   `after(call&, result&)`                     may change the result; a void call's is a `std::monostate`,
///   `on_error(call&, std::exception_ptr)`       the function threw,
///   `on_block(call&, std::string_view reason)`  a later hook blocked a call that this one let through.
/// `call` and `result` are best taken as `auto&`. `static constexpr int priority` (0 when absent) orders hooks, the
/// higher first; `static constexpr` text `name` names one in messages. Data members of these names are the class's own
/// affair, but for a `priority`, which must be such a constant, and for what can be called.
/// *Errors*: a `before` that answers nothing, and the other three, may throw: that is counted and otherwise ignored. A
/// `before` that can answer a verdict and throws blocks the call.
/// *Thread safety*: calls on several threads use one hook at once.
template <class Hook>
concept hook = std::is_class_v<Hook> &&
               (hook_impl::final_hook<Hook> || hook_impl::names_before<Hook> || hook_impl::names_after<Hook> ||
                hook_impl::names_on_error<Hook> || hook_impl::names_on_block<Hook>);

namespace hook_impl {

template <class Hook, class Call>
concept has_before = requires(Hook& hook, Call& call) { hook.before(call); };
template <class Hook, class Call, class Result>
concept has_after = requires(Hook& hook, Call& call, Result& result) { hook.after(call, result); };
template <class Hook, class Call>
concept has_on_error = requires(Hook& hook, Call& call, std::exception_ptr error) { hook.on_error(call, error); };
template <class Hook, class Call>
concept has_on_block = requires(Hook& hook, Call& call, std::string_view reason) { hook.on_block(call, reason); };

template <class Hook, class Call>
using answer_of = std::remove_cvref_t<decltype(std::declval<Hook&>().before(std::declval<Call&>()))>;

// Only static members are looked at: a hook may well have a data member called `name`. g++ 12 tells the two apart by their
// address alone.
template <class Address>
concept of_object = std::is_member_object_pointer_v<Address>;
template <class Address>
concept of_static = std::is_pointer_v<Address>;

template <class Hook>
concept names_priority =
    (inheritable<Hook> && !requires { &beside_all_names<Hook>::priority; }) || requires { &Hook::priority; };
template <class Hook>
concept constant_priority = !requires {
    { &Hook::priority } -> of_object;
} && requires { std::integral_constant<int, Hook::priority>{}; };
/// A priority that could not be read would be one of 0 in silence.
template <class Hook>
concept has_priority = !names_priority<Hook> || constant_priority<Hook>;

template <class Hook>
constexpr int priority_of() noexcept {
    if constexpr (constant_priority<Hook>) {
        return Hook::priority;
    } else {
        return 0;
    }
}

template <class Hook>
concept names_itself = requires {
    { &Hook::name } -> of_static;
} && std::convertible_to<decltype(Hook::name), std::string_view>;

template <class Hook>
constexpr std::string_view name_of() noexcept {
    if constexpr (names_itself<Hook>) {
        return Hook::name;
    } else {
        return meta::unqualified(meta::type_name<Hook>());
    }
}

}  // namespace hook_impl

}  // namespace sonde

#endif
