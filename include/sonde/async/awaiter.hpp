// SPDX-License-Identifier: MIT
// What `co_await` makes of its operand, as the language does it: await_transform, operator co_await, the awaiter.
#ifndef SONDE_ASYNC_AWAITER_HPP
#define SONDE_ASYNC_AWAITER_HPP

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace sonde::async_impl {

/// The awaiter of what was transformed already. *Source*: [expr.await] 3.3.
template <class Awaitable>
constexpr decltype(auto) awaiter_of(Awaitable&& awaitable) {
    if constexpr (requires { static_cast<Awaitable&&>(awaitable).operator co_await(); }) {
        return static_cast<Awaitable&&>(awaitable).operator co_await();
    } else if constexpr (requires { operator co_await(static_cast<Awaitable&&>(awaitable)); }) {
        return operator co_await(static_cast<Awaitable&&>(awaitable));
    } else {
        return static_cast<Awaitable&&>(awaitable);
    }
}

// A promise that has any member of this name transforms every operand, or refuses it: with another of the same name
// beside it, naming the member is ambiguous.
struct transforming_name {
    int await_transform;
};
template <class Promise>
struct beside_transforming_name : Promise, transforming_name {};
template <class Promise>
concept transforms = std::is_class_v<Promise> && !std::is_final_v<Promise> &&
                     !requires { &beside_transforming_name<Promise>::await_transform; };

// The same of one that yields values.
struct yielding_name {
    int yield_value;
};
template <class Promise>
struct beside_yielding_name : Promise, yielding_name {};
template <class Promise>
concept yields =
    std::is_class_v<Promise> && !std::is_final_v<Promise> && !requires { &beside_yielding_name<Promise>::yield_value; };

template <class Promise, class Operand>
concept transforms_operand =
    requires(Promise& promise, Operand&& operand) { promise.await_transform(static_cast<Operand&&>(operand)); };

template <class Promise, class Operand>
struct transformed {};
template <class Promise, class Operand>
    requires transforms_operand<Promise, Operand>
struct transformed<Promise, Operand> {
    using type = decltype(std::declval<Promise&>().await_transform(std::declval<Operand>()));
};
template <class Promise, class Operand>
    requires(!transforms_operand<Promise, Operand> && !transforms<Promise>)
struct transformed<Promise, Operand> : std::type_identity<Operand&&> {};

/// What a coroutine with this promise makes of an operand: a value, or a reference to what is there.
template <class Promise, class Operand>
using transformed_t = typename transformed<Promise, Operand>::type;

/// Its awaiter: a value, or a reference to the operand.
template <class Promise, class Operand>
using awaiter_t = decltype(async_impl::awaiter_of(std::declval<transformed_t<Promise, Operand>>()));

template <class Awaiter>
concept awaiter = requires(Awaiter& each) {
    static_cast<bool>(each.await_ready());
    each.await_resume();
};

/// Whether a coroutine with this promise can await it.
template <class Operand, class Promise>
concept awaitable_in = requires { typename transformed_t<Promise, Operand>; } && awaiter<awaiter_t<Promise, Operand>> &&
                       requires(std::remove_reference_t<awaiter_t<Promise, Operand>>& each,
                                std::coroutine_handle<Promise> handle) { each.await_suspend(handle); };

/// What awaiting it gives.
template <class Promise, class Operand>
using awaited_t = decltype(std::declval<std::remove_reference_t<awaiter_t<Promise, Operand>>&>().await_resume());

}  // namespace sonde::async_impl

#endif
