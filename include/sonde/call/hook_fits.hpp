// SPDX-License-Identifier: MIT
// Whether a hook can be asked about a call, and why not.
#ifndef SONDE_CALL_HOOK_FITS_HPP
#define SONDE_CALL_HOOK_FITS_HPP

#include <sonde/hook/concept.hpp>
#include <sonde/hook/modified.hpp>
#include <sonde/hook/verdict.hpp>
#include <sonde/meta/inert.hpp>

#include <optional>
#include <tuple>
#include <type_traits>
#include <variant>

namespace sonde::call_impl {

// A reference is to refer to an object of the hook's, not to the verdict, which is gone when the caller looks.
template <class Value, class Result>
concept gives_result =
    std::is_void_v<Result> ||
    (hook_impl::becomes<Value, Result> && (!std::is_reference_v<Result> || hook_impl::reference_wrapping<Value>));

/// Whether what a hook answers can be done for a call with this result and these parameters; `nothrow`: without fail.
template <class Answer, class Result, class... Parameters>
struct answer_fits {
    static constexpr bool skip = true, modify = true, nothrow = true;
};
template <class Value, class Result, class... Parameters>
struct answer_fits<sonde::skip<Value>, Result, Parameters...> {
    static constexpr bool skip = gives_result<Value, Result>, modify = true,
                          nothrow = std::is_void_v<Result> || std::is_nothrow_convertible_v<Value, Result>;
};
template <class... Given, class Result, class... Parameters>
struct answer_fits<sonde::modify<Given...>, Result, Parameters...> {
    static constexpr bool skip = true, modify = hook_impl::modifies<std::tuple<Given...>, Parameters...>,
                          nothrow = hook_impl::modifies_nothrow<std::tuple<Given...>, Parameters...>;
};
template <class Answer, class Result, class... Parameters>
struct answer_fits<std::optional<Answer>, Result, Parameters...> : answer_fits<Answer, Result, Parameters...> {};
template <class... Answers, class Result, class... Parameters>
struct answer_fits<std::variant<Answers...>, Result, Parameters...> {
    static constexpr bool skip = (answer_fits<Answers, Result, Parameters...>::skip && ...),
                          modify = (answer_fits<Answers, Result, Parameters...>::modify && ...),
                          nothrow = (answer_fits<Answers, Result, Parameters...>::nothrow && ...);
};
template <class... Answers, class Result, class... Parameters>
struct answer_fits<sonde::verdict<Answers...>, Result, Parameters...>
    : answer_fits<std::variant<Answers...>, Result, Parameters...> {};

/// What a hook's `before` answers; nothing, if it has none.
template <class Hook, class Call>
struct answer_for : std::type_identity<void> {};
template <class Hook, class Call>
    requires hook_impl::has_before<Hook, Call>
struct answer_for<Hook, Call> : std::type_identity<hook_impl::answer_of<Hook, Call>> {};

/// True if `Hook` can be asked about `Call`, whose `after` sees a `Seen`, and answers an `Answer`; else the compiler's first
/// error says what is wrong. A `before` that can't be called with the call, and the like, is refused: a guard that is
/// skipped in silence guards nothing.
template <class Hook, class Call, class Seen, class Answer, class Result, class... Parameters>
constexpr bool check_hook_fits() {
    if constexpr (hook_impl::names_before<Hook> && !hook_impl::has_before<Hook, Call>) {
        static_assert(meta::never<Hook>,
                      "sonde: this hook is not a hook of this call: its before can't be called with it. Declare it "
                      "before(auto& call), public. See docs/errors.md#hook-before");
        return false;
    } else if constexpr (hook_impl::names_after<Hook> && !hook_impl::has_after<Hook, Call, Seen>) {
        static_assert(
            meta::never<Hook>,
            "sonde: this hook is not a hook of this call: its after can't be called with it and its result. Declare "
            "it after(auto& call, auto& result), public. See docs/errors.md#hook-after");
        return false;
    } else if constexpr (hook_impl::names_on_error<Hook> && !hook_impl::has_on_error<Hook, Call>) {
        static_assert(meta::never<Hook>,
                      "sonde: this hook is not a hook of this call: its on_error can't be called with it. Declare it "
                      "on_error(auto& call, std::exception_ptr error), public. See docs/errors.md#hook-on-error");
        return false;
    } else if constexpr (hook_impl::names_on_block<Hook> && !hook_impl::has_on_block<Hook, Call>) {
        static_assert(meta::never<Hook>,
                      "sonde: this hook is not a hook of this call: its on_block can't be called with it. Declare it "
                      "on_block(auto& call, std::string_view reason), public. See docs/errors.md#hook-on-block");
        return false;
    } else if constexpr (!hook_impl::is_verdict<Answer>::value) {
        static_assert(meta::never<Hook>,
                      "sonde: this hook's answer is not a verdict: its before returns something else. Return nothing, "
                      "or sonde::proceed, block, skip, modify, verdict<...>, or a std::optional of one. "
                      "See docs/errors.md#hook-verdict");
        return false;
    } else if constexpr (!answer_fits<Answer, Result, Parameters...>::skip) {
        static_assert(
            meta::never<Hook>,
            "sonde: this hook's skip is not a result of this call: its value doesn't convert to the call's result. "
            "Answer sonde::skip{value of the result's type}, skip{std::ref(object)} where it is a reference, "
            "skip{} where it is void. See docs/errors.md#hook-skip");
        return false;
    } else if constexpr (!answer_fits<Answer, Result, Parameters...>::modify) {
        static_assert(
            meta::never<Hook>,
            "sonde: this hook's modify is not a list of this call's arguments: their number or a type is another. "
            "Give one value for each argument, convertible to its parameter. See docs/errors.md#hook-modify");
        return false;
    } else {
        return true;
    }
}

/// True unless a hook answers with a coroutine where nothing can await it.
template <class Hook, bool Awaits, bool InPlace>
constexpr bool check_answers_at_once() {
    if constexpr (!Awaits) {
        return true;
    } else if constexpr (InPlace) {
        static_assert(
            meta::never<Hook>,
            "sonde: this hook is not a hook of this call: its before is a coroutine, and a call with inline_await has "
            "none that could await it. Leave the option out. See docs/errors.md#hook-awaits");
        return false;
    } else {
        static_assert(meta::never<Hook>, "sonde: this hook is not a hook of this call: its before is a coroutine, and "
                                         "a generator's call can't await "
                                         "it. Answer the verdict itself. See docs/errors.md#hook-awaits");
        return false;
    }
}

}  // namespace sonde::call_impl

#endif
