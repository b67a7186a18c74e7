// SPDX-License-Identifier: MIT
// The promise of the coroutine that stands for a call, where the type's own promise is made from the call's arguments.
#ifndef SONDE_CALL_ASYNC_PROMISE_HPP
#define SONDE_CALL_ASYNC_PROMISE_HPP

#include <sonde/async/propagating_promise.hpp>
#include <sonde/call/async_state.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

// The arguments without what stands behind them.
template <class Promise, class Numbers, class... Args>
inline constexpr bool made_from_first = false;
template <class Promise, std::size_t... I, class... Args>
inline constexpr bool made_from_first<Promise, std::index_sequence<I...>, Args...> =
    std::constructible_from<Promise, std::remove_reference_t<std::tuple_element_t<I, std::tuple<Args...>>>&...>;

template <class... Args>
inline constexpr bool last_is_state = false;
template <class First, class... Rest>
    requires(sizeof...(Rest) > 0)
inline constexpr bool last_is_state<First, Rest...> =
    is_async_state<std::remove_cvref_t<std::tuple_element_t<sizeof...(Rest) - 1, std::tuple<Rest...>>>>;

// Made from the arguments, but not from one more.
template <class Result, class... Args>
concept knows_its_arguments =
    last_is_state<Args...> && !async_impl::propagated<Result, Args...> && requires { typename Result::promise_type; } &&
    async_impl::can_follow<typename Result::promise_type> &&
    !std::constructible_from<typename Result::promise_type, std::remove_reference_t<Args>&...> &&
    made_from_first<typename Result::promise_type, std::make_index_sequence<sizeof...(Args) - 1>, Args...>;

/// The type's own promise, made from all the coroutine's arguments but the last, which is Sonde's. Its handles are those of
/// the type's own, as with any promise that is derived from one.
template <class Base, class Result>
class async_promise : public propagating_promise<Base, Result> {
public:
    template <class... Args>
        requires(sizeof...(Args) > 1)
    explicit async_promise(Args&... arguments)
        : async_promise(std::make_index_sequence<sizeof...(Args) - 1>{}, std::tuple<Args&...>(arguments...)) {}

private:
    template <std::size_t... I, class... Args>
    async_promise(std::index_sequence<I...>, std::tuple<Args&...> arguments)
        : propagating_promise<Base, Result>(std::get<I>(arguments)...) {}
};

}  // namespace sonde::call_impl

template <class Result, class... Args>
    requires sonde::call_impl::knows_its_arguments<Result, Args...>
struct std::coroutine_traits<Result, Args...> {
    using promise_type = sonde::call_impl::async_promise<typename Result::promise_type, Result>;
};

#endif
