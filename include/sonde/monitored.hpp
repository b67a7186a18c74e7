// SPDX-License-Identifier: MIT
// The decorator: monitored<"name">(mon, callable) is a callable that does the same and reports it.
#ifndef SONDE_MONITORED_HPP
#define SONDE_MONITORED_HPP

#include <sonde/call/bare.hpp>
#include <sonde/call/decorated.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/hook/concept.hpp>
#include <sonde/hook/stored.hpp>
#include <sonde/meta/callable.hpp>
#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/function_name.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/meta/signature.hpp>
#include <sonde/monitor_off.hpp>
#include <sonde/options.hpp>
#include <sonde/refusals.hpp>
#include <sonde/site.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

namespace monitored_impl {
// What a decorated callable keeps of its monitor, and so does what gives it to callables; the monitor may be gone by then.
template <class Sink>
class reporter {
public:
    using recorder = sonde::recorder<Sink>;
    explicit reporter(monitor<Sink> const& target) : recorder_(target.recorder_for_sites()) {}
    [[nodiscard]] shared<recorder> const& get() const noexcept { return recorder_; }

private:
    shared<recorder> recorder_;
};
template <monitor_impl::switched_off Sink>
class reporter<Sink> {
public:
    using recorder = void;
    constexpr explicit reporter(monitor<Sink> const&) noexcept {}
};
}  // namespace monitored_impl

/// A monitor with hooks for every site that is decorated with it. It may outlive the monitor, as what it decorated may.
/// *Thread safety*: any.
template <class Sink, class... Hooks>
class hooked_monitor {
public:
    hooked_monitor(monitored_impl::reporter<Sink> to, hook_impl::hooks<Hooks...> hooks)
        : reporter_(std::move(to)), hooks_(std::move(hooks)) {}
    [[nodiscard]] monitored_impl::reporter<Sink> const& reporter() const noexcept { return reporter_; }
    [[nodiscard]] hook_impl::hooks<Hooks...> const& hooks() const noexcept { return hooks_; }

private:
    [[no_unique_address]] monitored_impl::reporter<Sink> reporter_;
    hook_impl::hooks<Hooks...> hooks_;
};

namespace monitored_impl {

template <class Sink>
void as_target(monitor<Sink>&);
template <class Sink, class... Hooks>
void as_target(hooked_monitor<Sink, Hooks...>&);
// What is derived from a monitor is one too.
template <class Type>
concept is_target = requires(Type& target) { monitored_impl::as_target(target); };
template <class Type>
inline constexpr bool is_hooked = false;
template <class Sink, class... Hooks>
inline constexpr bool is_hooked<hooked_monitor<Sink, Hooks...>> = true;

// What was refused already is refused in silence.
template <class Target>
constexpr bool check_target() {
    using type = std::remove_reference_t<Target>;
    if constexpr (meta::is_inert<type>) {
        return false;
    } else if constexpr (is_target<type> || is_hooked<std::remove_cv_t<type>>) {
        return true;
    } else if constexpr (is_target<std::remove_cv_t<type>>) {
        static_assert(meta::never<Target>,
                      "sonde: the first argument is not a monitor: it is const, and what is const can't "
                      "be reported to. Pass the monitor without const. See docs/errors.md#monitor");
    } else {
        static_assert(
            meta::never<Target>,
            "sonde: the first argument is not a monitor: it is something else, or a pointer to one. Pass "
            "a sonde::monitor<Sink>, or what with_hooks made of one, by reference. See docs/errors.md#monitor");
    }
    return false;
}

template <class Hook>
constexpr bool check_hook() {
    if constexpr (!hook<hook_impl::hook_type<Hook>>) {
        static_assert(
            meta::never<Hook>,
            "sonde: an argument behind the callable is not a hook: it has none of before, after, on_error, on_block. "
            "Give it one of them, and pass the hook itself or std::ref of it. See docs/errors.md#hook");
        return false;
    } else if constexpr (!hook_impl::has_priority<hook_impl::hook_type<Hook>>) {
        static_assert(
            meta::never<Hook>,
            "sonde: this hook's priority is not a constant: it is another kind of member, of another type, or "
            "private. Write static constexpr int priority = 10; public. See docs/errors.md#hook-priority");
        return false;
    } else {
        return true;
    }
}

// What can be called and what is a hook may be the same class, and stands for what its place says: behind the monitor it
// is the callable. Whether a final class without one signature can be called is not known; there, a hook is one.
template <class Given, class Type = hook_impl::hook_type<Given>>
concept only_hook =
    hook<Type> &&
    (!meta::callable<Type> || (std::is_final_v<Type> && std::is_same_v<meta::signature_of<Type>, meta::no_signature>));

template <class... Hooks>
constexpr auto store(Hooks&&... hooks) {
    return hook_impl::hooks<std::decay_t<Hooks>...>(
        hook_impl::stored<std::decay_t<Hooks>>(std::in_place, static_cast<Hooks&&>(hooks))...);
}

/// A site, a callable and hooks, made into what is called in the callable's place.
template <class Site, class Callable, class Sink, class... Hooks>
constexpr auto decorate(reporter<Sink> const& to, Callable&& callable, hook_impl::hooks<Hooks...> hooks) {
    using held = std::decay_t<Callable>;
    using recorder = typename reporter<Sink>::recorder;
    using span = std::conditional_t<std::is_void_v<recorder>, no_span, span_handle>;
    if constexpr (!refusal_impl::check_callable_at<Site, held, span>()) {
        return meta::inert{};
    } else if constexpr (std::is_void_v<recorder>) {
        if constexpr (sizeof...(Hooks) == 0 && !Site::with_span && call_impl::stands_for_itself<held> &&
                      !call_impl::context_first<meta::callable_signature<held>>::value) {
            return call_impl::bare<held>(std::in_place, static_cast<Callable&&>(callable));
        } else if constexpr (!call_impl::check_clock<Hooks...>()) {
            return meta::inert{};
        } else {
            return decorated<Site, void, held, Hooks...>({}, static_cast<Callable&&>(callable), std::move(hooks));
        }
    } else {
        return decorated<Site, recorder, held, Hooks...>(to.get(), static_cast<Callable&&>(callable), std::move(hooks));
    }
}

// What a target, a monitor or one with hooks, gives to its sites.
template <class Sink>
constexpr reporter<Sink> reporter_for(monitor<Sink> const& target) {
    return reporter<Sink>(target);
}
template <class Sink, class... Hooks>
constexpr reporter<Sink> const& reporter_for(hooked_monitor<Sink, Hooks...> const& target) {
    return target.reporter();
}
template <class Sink, class... Own>
constexpr auto hooks_for(monitor<Sink> const&, Own&&... own) {
    return store(static_cast<Own&&>(own)...);
}
template <class Sink, class... Hooks, class... Own>
constexpr auto hooks_for(hooked_monitor<Sink, Hooks...> const& target, Own&&... own) {
    return std::tuple_cat(target.hooks(), store(static_cast<Own&&>(own)...));
}

template <class Sink, class... Hooks>
auto join_hooks(monitor<Sink>& target, hook_impl::hooks<Hooks...> hooks) {
    return hooked_monitor<Sink, Hooks...>(reporter<Sink>(target), std::move(hooks));
}
template <class Sink, class... Outer, class... Hooks>
auto join_hooks(hooked_monitor<Sink, Outer...> const& target, hook_impl::hooks<Hooks...> hooks) {
    return hooked_monitor<Sink, Outer..., Hooks...>(target.reporter(),
                                                    std::tuple_cat(target.hooks(), std::move(hooks)));
}

/// What `callable | monitored<"name">(mon)` has on its right.
template <class Site, class Target, class... Hooks>
class pipe {
public:
    constexpr explicit pipe(Target& target, Hooks... hooks) : target_(target), hooks_(static_cast<Hooks&&>(hooks)...) {}

    template <class Callable>
    friend constexpr auto operator|(Callable&& callable, pipe&& right) {
        if constexpr (refusal_impl::check_callable<std::decay_t<Callable>>()) {
            return std::apply(
                [&](Hooks&... hooks) {
                    return decorate<Site>(reporter_for(right.target_), static_cast<Callable&&>(callable),
                                          hooks_for(right.target_, static_cast<Hooks&&>(hooks)...));
                },
                right.hooks_);
        } else {
            return meta::inert{};
        }
    }

    template <class... Given>
    meta::inert operator()(Given&&...) const {
        static_assert(meta::never<Given...>,
                      "sonde: what is called here is not a decorated callable: monitored<> was given none. "
                      "Give it one behind the monitor, or put one before it: callable | "
                      "monitored<\"name\">(mon). See docs/errors.md#callable-missing");
        return {};
    }

private:
    Target& target_;
    std::tuple<Hooks...> hooks_;
};

// Whether `Given` stand behind a monitor with no callable among them, so that it comes before a pipe.
template <class... Given>
inline constexpr bool behind_pipe = true;
template <class First, class... Rest>
inline constexpr bool behind_pipe<First, Rest...> = only_hook<First> && (hook<hook_impl::hook_type<Rest>> && ...);

// The first argument of a front door, which may have got none.
template <class Decorated, class... Given>
struct first_given : std::type_identity<refusal_impl::nothing_for<Decorated>> {};
template <class Decorated, class First, class... Rest>
struct first_given<Decorated, First, Rest...> : std::type_identity<First> {};
template <class Decorated, class... Given>
using first_of = typename first_given<Decorated, Given...>::type;

// The ways into a site that has a name: for a pipe, or with its callable.
template <class Site, class Target, class... Hooks>
    requires behind_pipe<Hooks...>
constexpr auto open(Target&& target, Hooks&&... hooks) {
    if constexpr ((check_hook<Hooks>() && ...)) {
        return pipe<Site, std::remove_reference_t<Target>, std::decay_t<Hooks>...>(target,
                                                                                   static_cast<Hooks&&>(hooks)...);
    } else {
        return meta::inert{};
    }
}
template <class Site, class Target, class Callable, class... Hooks>
    requires(!behind_pipe<Callable, Hooks...>)
constexpr auto open(Target&& target, Callable&& callable, Hooks&&... hooks) {
    if constexpr (!refusal_impl::check_callable<std::decay_t<Callable>>()) {
        return meta::inert{};
    } else if constexpr (!(check_hook<Hooks>() && ...)) {
        return meta::inert{};
    } else {
        return decorate<Site>(reporter_for(target), static_cast<Callable&&>(callable),
                              hooks_for(target, static_cast<Hooks&&>(hooks)...));
    }
}

// The way into the site of a function.
template <class Site, class Function, class Target, class... Hooks>
constexpr auto open_function(Target&& target, Hooks&&... hooks) {
    if constexpr ((check_hook<Hooks>() && ...)) {
        return decorate<Site>(reporter_for(target), Function{}, hooks_for(target, static_cast<Hooks&&>(hooks)...));
    } else {
        return meta::inert{};
    }
}

}  // namespace monitored_impl

/// A callable that does what `callable` does, called the same way, with the same result and the same exceptions, and
/// reports each call to `mon` as an event:
///   `monitored<"name", Options...>(mon, callable, hooks...)`      called `name`;
///   `callable | monitored<"name", Options...>(mon, hooks...)`     the same;
///   `monitored<&fn, Options...>(mon, hooks...)`                   called as the function is: `fn`, `Class::member`; a static
///                                                                 member as a function, `member`.
/// `mon` is a monitor, or what `with_hooks` made of one. `callable` is anything `std::invoke` takes; it is moved or copied
/// in. What stands behind `mon` and can be called is the callable, even where it has a hook's members. Hooks see each call
/// before and after it, and may block, skip or modify it (hook/concept.hpp).
/// *Emits*: `call_finished`; with the option `started`, `call_started` before it.
/// *Lifetime*: the result may outlive `mon`, and may be destroyed by its own call, as `callable` may, hooks and all; but not
/// when `mon` is gone by the end of that call: what both keep would go with the second of them. To count each call as one
/// more that keeps it would make all calls dearer by two atomic operations.
/// *Errors*: calling throws what the callable throws, and `policy_violation` where a hook blocks.
/// *Thread safety*: of the result: the callable's.
/// *Example*: docs/examples/first_call.cpp
// A template that sorts out what it got, instead of one for each form: where one doesn't match, it is eight lines more in
// the compiler's message.
template <fixed_string Name, class... Options, class... Given>
[[nodiscard]] constexpr auto monitored(Given&&... given) {
    if constexpr (!monitored_impl::check_target<monitored_impl::first_of<site<Name>, Given...>>()) {
        return meta::inert{};
    } else if constexpr (!refusal_impl::check_site<Name, Options...>()) {
        return meta::inert{};
    } else {
        return monitored_impl::open<site<Name, Options...>>(static_cast<Given&&>(given)...);
    }
}
template <auto Function, class... Options, class... Given>
    requires meta::function_or_member<decltype(Function)>
[[nodiscard]] constexpr auto monitored(Given&&... given) {
    using callable = meta::constant_callable<Function>;
    constexpr auto name = meta::function_name<Function>();
    if constexpr (!monitored_impl::check_target<monitored_impl::first_of<callable, Given...>>()) {
        return meta::inert{};
    } else if constexpr (!refusal_impl::check_site<name, Options...>()) {
        return meta::inert{};
    } else {
        return monitored_impl::open_function<site<name, Options...>, callable>(static_cast<Given&&>(given)...);
    }
}

// What is left to refuse: values among the options, options without their <...>, and no name.
template <fixed_string Name, refusal_impl::constant Value, class... Options, class... Given>
meta::inert monitored(Given&&...) {
    refusal_impl::unknown_option<refusal_impl::value<Value>>();
    return {};
}
template <fixed_string Name, class First, refusal_impl::constant Value, class... Options, class... Given>
meta::inert monitored(Given&&...) {
    refusal_impl::unknown_option<refusal_impl::value<Value>>();
    return {};
}
template <auto Function, refusal_impl::constant Value, class... Options, class... Given>
    requires meta::function_or_member<decltype(Function)>
meta::inert monitored(Given&&...) {
    refusal_impl::unknown_option<refusal_impl::value<Value>>();
    return {};
}
template <fixed_string Name, template <fixed_string...> class Option, class... Options, class... Given>
meta::inert monitored(Given&&...) {
    refusal_impl::unknown_option<refusal_impl::no_arguments<Option>>();
    return {};
}
template <class... Options, class... Given>
meta::inert monitored(Given&&...) {
    static_assert(meta::never<Given...>,
                  "sonde: the first template argument of monitored<> is not a name: there is none. Write "
                  "monitored<\"search\">(mon, callable), or monitored<&search>(mon). See docs/errors.md#name");
    return {};
}

/// A monitor whose sites all have these hooks, before their own: one object each, shared by the sites.
/// *Lifetime*: the result, and what is decorated with it, may outlive `mon`; calls then run undisturbed, hooks included, and
/// count as dropped events.
template <class Target, class... Hooks>
[[nodiscard]] auto with_hooks(Target&& target, Hooks&&... hooks) {
    if constexpr (monitored_impl::check_target<Target>() && (monitored_impl::check_hook<Hooks>() && ...)) {
        return monitored_impl::join_hooks(target, monitored_impl::store(static_cast<Hooks&&>(hooks)...));
    } else {
        return meta::inert{};
    }
}

}  // namespace sonde

#endif
