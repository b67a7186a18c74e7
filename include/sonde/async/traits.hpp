// SPDX-License-Identifier: MIT
// What a callable's result is: plain, or work that goes on behind it: a coroutine to be awaited, or one that yields.
#ifndef SONDE_ASYNC_TRAITS_HPP
#define SONDE_ASYNC_TRAITS_HPP

#include <sonde/async/awaiter.hpp>

#include <coroutine>
#include <type_traits>
#include <utility>

namespace sonde {

enum class async_kind : unsigned char {
    plain,            ///< the call is over when it returns
    awaitable,        ///< a coroutine that can be awaited within a coroutine of its own type
    generator,        ///< a coroutine that yields to a loop
    async_generator,  ///< one that yields to a loop that awaits
};

/// For result types that the concepts below read wrongly, to be specialised. Both members are optional:
///   `static constexpr sonde::async_kind kind`  what it is; `plain` has calls measured as those of plain functions;
///   `static auto await(Result& task)`          what a coroutine of that type is to await in place of the task itself.
template <class Result>
struct async_traits {};

namespace async_impl {

// The promise of a coroutine that answers a `Result` and takes these parameters.
template <class Result, class... Parameters>
struct promise_of {};
template <class Result, class... Parameters>
    requires requires { typename std::coroutine_traits<Result, Parameters...>::promise_type; }
struct promise_of<Result, Parameters...> {
    using type = typename std::coroutine_traits<Result, Parameters...>::promise_type;
};

/// What is awaited of a task: itself, as an rvalue, or what its traits say.
template <class Result>
struct operand_of : std::type_identity<Result> {};
template <class Result>
    requires requires(Result& task) { async_traits<Result>::await(task); }
struct operand_of<Result> : std::type_identity<decltype(async_traits<Result>::await(std::declval<Result&>()))> {};
template <class Result>
using operand_t = typename operand_of<Result>::type;
template <class Result>
decltype(auto) operand(Result& task) {
    if constexpr (requires { async_traits<Result>::await(task); }) {
        return async_traits<Result>::await(task);
    } else {
        return static_cast<Result&>(task);
    }
}

template <class Promise>
concept returns_nothing = requires(Promise& promise) { promise.return_void(); };

template <class Promise, class Result>
inline constexpr bool awaits_own = false;
// What yields may be awaited many times: awaiting it once would not be what it is for.
template <class Promise, class Result>
    requires(awaitable_in<operand_t<Result>, Promise> && !yields<Promise>)
inline constexpr bool awaits_own<Promise, Result> = [] {
    using value = awaited_t<Promise, operand_t<Result>>;
    if constexpr (std::is_void_v<value>) {
        return returns_nothing<Promise>;
    } else {
        return requires(Promise& promise, value&& made) { promise.return_value(static_cast<value&&>(made)); };
    }
}();

template <class Result>
concept iterated = requires(Result& range) {
    range.begin();
    range.begin() == range.end();
    *range.begin();
};
template <class Promise, class Result>
concept yields_to_loop = returns_nothing<Promise> && iterated<Result> &&
                         requires(Result& range, Promise& promise) { promise.yield_value(*range.begin()); };
template <class Promise, class Result>
concept yields_to_awaiting_loop =
    returns_nothing<Promise> &&
    requires(Result& range) {
        range.begin();
        range.end();
    } && awaitable_in<decltype(std::declval<Result&>().begin()), Promise> &&
    requires(awaited_t<Promise, decltype(std::declval<Result&>().begin())>& at, Promise& promise) {
        at == std::declval<Result&>().end();
        { ++at } -> awaitable_in<Promise>;
        promise.yield_value(*at);
    };

template <class Promise, class Result>
concept answers_next = requires(Result& generator) {
    { generator.next() } -> awaitable_in<Promise>;
} && requires(awaited_t<Promise, decltype(std::declval<Result&>().next())>&& given, Promise& promise) {
    static_cast<bool>(given);
    promise.yield_value(*given);
};

template <class Promise, class Result>
constexpr async_kind kind_by_concepts() noexcept {
    if constexpr (awaits_own<Promise, Result>) {
        return async_kind::awaitable;
    } else if constexpr (yields_to_awaiting_loop<Promise, Result> ||
                         (answers_next<Promise, Result> && returns_nothing<Promise>)) {
        return async_kind::async_generator;
    } else if constexpr (yields_to_loop<Promise, Result>) {
        return async_kind::generator;
    } else {
        return async_kind::plain;
    }
}

}  // namespace async_impl

/// What a callable with these parameters answers.
template <class Result, class... Parameters>
inline constexpr async_kind async_kind_of = [] {
    if constexpr (!std::is_class_v<Result>) {
        return async_kind::plain;
    } else if constexpr (requires { async_kind{async_traits<Result>::kind}; }) {
        return async_traits<Result>::kind;
    } else if constexpr (requires { typename async_impl::promise_of<Result, Parameters...>::type; }) {
        return async_impl::kind_by_concepts<typename async_impl::promise_of<Result, Parameters...>::type, Result>();
    } else {
        return async_kind::plain;
    }
}();

}  // namespace sonde

#endif
