// SPDX-License-Identifier: MIT
// Coroutines that take their context with them, whatever their type: by a first parameter, or by their type's wish.
#ifndef SONDE_ASYNC_PROPAGATING_PROMISE_HPP
#define SONDE_ASYNC_PROPAGATING_PROMISE_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/coroutine_scope.hpp>
#include <sonde/async/following.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/meta/catching.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <type_traits>

namespace sonde {

/// Set to true for a coroutine type, before the first coroutine of that type, and every coroutine of it takes along the
/// context it was called in, on whichever thread it resumes:
///   `template <class T> inline constexpr bool sonde::enable_propagation<my::task<T>> = true;`
/// One line for a type of another library, in a header that all who use the type include: coroutines of one program must
/// agree. Not for generators, and not for types that specialise `std::coroutine_traits` themselves.
template <class Result>
inline constexpr bool enable_propagation = false;

namespace async_impl {

template <class Type>
concept is_context = context_impl::is_context<std::remove_cvref_t<Type>>;

// The context among a coroutine's parameters: the first one, or the second behind the object of a member or a lambda.
template <class... Args>
inline constexpr std::size_t context_position = 2;
template <is_context First, class... Rest>
inline constexpr std::size_t context_position<First, Rest...> = 0;
template <class First, is_context Second, class... Rest>
    requires(!is_context<First>)
inline constexpr std::size_t context_position<First, Second, Rest...> = 1;
template <class... Args>
concept names_context = context_position<Args...> < 2;

// A generator suspends at each `co_yield` as well, in a way that can't be seen without a copy of what it yields.
template <class Promise>
concept can_follow =
    std::is_class_v<Promise> && !std::is_final_v<Promise> && !std::is_polymorphic_v<Promise> &&
    alignof(Promise) <= 2 * sizeof(void*) && !yields<Promise> && !requires { requires Promise::carries_context; };

template <class Result, class... Args>
concept propagated = (enable_propagation<Result> || names_context<Args...>) &&
                     requires { typename Result::promise_type; } && can_follow<typename Result::promise_type>;

template <class... Args>
context const& given_context(Args const&... arguments) noexcept {
    context const* found = nullptr;
    auto const look = [&](auto const& each) {
        if constexpr (is_context<decltype(each)>) { found = found == nullptr ? &each : found; }
    };
    (look(arguments), ...);
    return *found;
}

}  // namespace async_impl

/// A promise derived from its own type's: its coroutine's scope is on the thread that runs it, from each resumption to the
/// next suspension, and on no thread in between.
/// *Requires*: `Base` is neither final nor polymorphic, asks for no more alignment than two pointers, and yields nothing.
/// *Thread safety*: as `Base`'s.
template <class Base, class Result>
class propagating_promise : public Base {
public:
    static constexpr bool carries_context = true;

    propagating_promise()
        requires std::default_initializable<Base>
        : scope_(current_context()) {
        take_record();
    }
    // A promise is given what the coroutine was given, if it takes that; `Base` may or may not know of the context.
    template <class... Args>
        requires(sizeof...(Args) > 0 && std::constructible_from<Base, Args&...>)
    explicit propagating_promise(Args&... arguments) : Base(arguments...), scope_(context_for(arguments...)) {
        take_record();
    }
    template <async_impl::is_context Context, class... Args>
        requires(!std::constructible_from<Base, Context&, Args&...> && sizeof...(Args) > 0 &&
                 std::constructible_from<Base, Args&...>)
    explicit propagating_promise(Context& given, Args&... arguments) : Base(arguments...), scope_(given) {
        take_record();
    }
    template <class Self, async_impl::is_context Context, class... Args>
        requires(!async_impl::is_context<Self> && !std::constructible_from<Base, Self&, Context&, Args&...> &&
                 std::constructible_from<Base, Self&, Args&...>)
    explicit propagating_promise(Self& self, Context& given, Args&... arguments)
        : Base(self, arguments...), scope_(given) {
        take_record();
    }
    template <class... Args>
        requires(async_impl::names_context<Args...> && !std::constructible_from<Base, Args&...> &&
                 std::default_initializable<Base>)
    explicit propagating_promise(Args&... arguments) : scope_(async_impl::given_context(arguments...)) {
        take_record();
    }
    propagating_promise(propagating_promise const&) = delete;  // it lies in its coroutine's frame
    propagating_promise& operator=(propagating_promise const&) = delete;
    ~propagating_promise() = default;

    auto initial_suspend() noexcept(noexcept(std::declval<Base&>().initial_suspend())) {
        using made = decltype(std::declval<Base&>().initial_suspend());
        return async_impl::beginning<Base, made>(scope_, [this]() -> made { return Base::initial_suspend(); });
    }
    auto final_suspend() noexcept {
        using made = decltype(std::declval<Base&>().final_suspend());
        scope_.detach();
        return async_impl::ending<Base, made>([this]() -> made { return Base::final_suspend(); });
    }
    // Where the base lets the exception out, through whoever resumed the coroutine, there is no final_suspend to go through.
    void unhandled_exception() noexcept(noexcept(std::declval<Base&>().unhandled_exception()))
        requires requires(Base& base) { base.unhandled_exception(); }
    {
        meta::telling([this] { Base::unhandled_exception(); }, [this] { scope_.detach(); });
    }
    template <class Operand>
        requires async_impl::awaitable_in<Operand, Base>
    auto await_transform(Operand&& operand) {
        using made = async_impl::transformed_t<Base, Operand>;
        return async_impl::following<Base, made>(scope_, [&]() -> made {
            if constexpr (async_impl::transforms_operand<Base, Operand>) {
                return static_cast<Base&>(*this).await_transform(static_cast<Operand&&>(operand));
            } else {
                return static_cast<Operand&&>(operand);
            }
        });
    }

private:
    template <class... Args>
    static context context_for(Args&... arguments) noexcept {
        if constexpr (async_impl::names_context<Args...>) {
            return async_impl::given_context(arguments...);
        } else {
            return current_context();
        }
    }
    // Handles are made from `Base`'s address, and must name this frame.
    void take_record() noexcept {
        static_assert(alignof(propagating_promise) <= 2 * sizeof(void*));
        if (static_cast<void*>(static_cast<Base*>(this)) != static_cast<void*>(this)) { std::terminate(); }
        scope_.take_handed<Result>();
    }

    coroutine_scope scope_;
};

}  // namespace sonde

// [namespace.std] allows it: the constraint holds only for what names sonde's own types. Where the type's library has
// specialised the traits itself, that one is chosen.
template <class Result, class... Args>
    requires sonde::async_impl::propagated<Result, Args...>
struct std::coroutine_traits<Result, Args...> {
    using promise_type = sonde::propagating_promise<typename Result::promise_type, Result>;
};

#endif
