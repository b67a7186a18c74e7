// SPDX-License-Identifier: MIT
// One call on its way through its hooks to the function and back.
#ifndef SONDE_CALL_CHAIN_HPP
#define SONDE_CALL_CHAIN_HPP

#include <sonde/call/capture_argument.hpp>
#include <sonde/call/exception_text.hpp>
#include <sonde/call/hook_fits.hpp>
#include <sonde/call/pointer_arguments.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/hook/call.hpp>
#include <sonde/hook/concept.hpp>
#include <sonde/hook/modified.hpp>
#include <sonde/hook/policy_violation.hpp>
#include <sonde/hook/stored.hpp>
#include <sonde/hook/verdict.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/invoke.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde::call_impl {

template <class Hook, class Call>
concept asks_before = hook_impl::has_before<Hook, Call>;

/// Whether a call may end with a `policy_violation`: a hook can say so; or it can throw, or what it answers can, where
/// that must block.
template <class Call, class Hook, class Result, class... Parameters>
constexpr bool may_block() noexcept {
    if constexpr (asks_before<Hook, Call>) {
        using answer = hook_impl::answer_of<Hook, Call>;
        return hook_impl::can_block<answer>::value || !answer_fits<answer, Result, Parameters...>::nothrow ||
               (!std::is_void_v<answer> && !noexcept(std::declval<Hook&>().before(std::declval<Call&>())));
    } else {
        return false;
    }
}

// How many exceptions are on their way: by its growth a destructor knows that it runs because of one.
inline int in_flight() noexcept { return meta::has_exceptions ? std::uncaught_exceptions() : 0; }

/// How the callable is called: with the span first where the site says so. Its `type`, the result, is there only where the
/// call is possible.
// In the language's own terms, which compile faster than the traits of <type_traits>: member pointers come here bound to
// their object.
template <bool WithSpan, class Callable, class Span, class... Parameters>
struct invocation {
    static constexpr bool possible = false;
    static constexpr bool nothrow = false;
};
template <class Callable, class Span, class... Parameters>
    requires requires { std::declval<Callable>()(std::declval<Parameters>()...); }
struct invocation<false, Callable, Span, Parameters...> {
    static constexpr bool possible = true;
    static constexpr bool nothrow = noexcept(std::declval<Callable>()(std::declval<Parameters>()...));
    using type = decltype(std::declval<Callable>()(std::declval<Parameters>()...));
};
template <class Callable, class Span, class... Parameters>
struct invocation<true, Callable, Span, Parameters...> : invocation<false, Callable, Span, Span&, Parameters...> {};
// A coroutine's context stands before its span.
template <class Callable, class Span, class First, class... Parameters>
    requires(context_impl::is_context<std::remove_cvref_t<First>> &&
             invocation<false, Callable, Span, First, Span&, Parameters...>::possible)
struct invocation<true, Callable, Span, First, Parameters...>
    : invocation<false, Callable, Span, First, Span&, Parameters...> {};

/// Lies on the stack while the call lasts. `Hooks` are in the order their `before` runs.
template <class Site, class Frame, class Callable, class Hooks, class... Parameters>
class chain;

template <class Site, class Frame, class Callable, class... Hooks, class... Parameters>
class chain<Site, Frame, Callable, std::tuple<hook_impl::stored<Hooks>...>, Parameters...> {
    using stored_hooks = std::tuple<hook_impl::stored<Hooks>...>;
    using call_type = sonde::call<Site, Frame, Parameters...>;
    using span_type = decltype(std::declval<Frame&>().span());

    static constexpr std::size_t hook_count = sizeof...(Hooks);
    static constexpr auto order = hook_impl::in_order<hook_impl::hook_type<Hooks>...>();

    template <std::size_t Place>
    using hook_at = std::tuple_element_t<order[Place], std::tuple<hook_impl::hook_type<Hooks>...>>;

    using invoked = invocation<Site::with_span, Callable, span_type, Parameters...>;
    static constexpr bool nothrow = invoked::nothrow;

public:
    using result = typename invoked::type;

private:
    // What `after` gets: the result by reference; a std::monostate where there is none to refer to.
    static constexpr bool observable =
        std::is_void_v<result> || std::is_reference_v<result> || std::is_move_constructible_v<result>;
    using seen =
        std::conditional_t<std::is_void_v<result> || !observable, std::monostate, std::remove_reference_t<result>>;

    static constexpr bool fits =
        (check_hook_fits<hook_impl::hook_type<Hooks>, call_type, seen,
                         typename answer_for<hook_impl::hook_type<Hooks>, call_type>::type, result, Parameters...>() &&
         ...);

public:
    static constexpr bool blocks =
        fits && (may_block<call_type, hook_impl::hook_type<Hooks>, result, Parameters...>() || ...);

    chain(Frame& frame, Callable&& callable, stored_hooks const& hooks) noexcept
        : frame_(frame), callable_(static_cast<Callable&&>(callable)), hooks_(hooks) {}

    result run(std::remove_reference_t<Parameters>*... arguments) {
        // Asked here already, for a `before` whose answer's type is deduced: what is wrong within it is told with few lines.
        using first = std::tuple_element_t<0, std::tuple<hook_impl::hook_type<Hooks>..., proceed>>;
        static_cast<void>(requires(first& hook, call_type& call) { hook.before(call); });
        if constexpr (fits) {
            call_type call(frame_, arguments...);
            return before<0>(call);
        } else {
            std::terminate();  // never run: it has not compiled
        }
    }

private:
    template <std::size_t Place>
    decltype(auto) hook() const noexcept {
        return hooks_.template get<order[Place]>();
    }

    template <std::size_t Place>
    result before(call_type& call) {
        if constexpr (Place == hook_count) {
            return function(call);
        } else if constexpr (!asks_before<hook_at<Place>, call_type>) {
            return before<Place + 1>(call);
        } else {
            auto&& asked = hook<Place>();
            using answer = hook_impl::answer_of<hook_at<Place>, call_type>;
            if constexpr (std::is_void_v<answer>) {
                ignoring<Place>([&]() noexcept(noexcept(asked.before(call))) { asked.before(call); });
                return before<Place + 1>(call);
            } else {
                auto verdict =
                    meta::catching([&]() -> answer { return asked.before(call); },
                                   [&]() -> answer { block<Place>(call, "the hook threw " + exception_text()); });
                return decide<Place>(call, verdict);
            }
        }
    }

    template <std::size_t Place, class Verdict>
    result decide(call_type& call, Verdict& verdict) {
        if constexpr (std::is_same_v<Verdict, proceed>) {
            return before<Place + 1>(call);
        } else if constexpr (std::is_same_v<Verdict, sonde::block>) {
            block<Place>(call, std::move(verdict.reason));
        } else if constexpr (hook_impl::is_skip<Verdict>) {
            return skip<Place>(call, verdict.value);
        } else if constexpr (hook_impl::is_modify<Verdict>) {
            return modify<Place>(call, verdict);
        } else if constexpr (requires { verdict.index(); }) {
            return decide_among<Place, 0>(call, verdict);
        } else {
            return verdict ? decide<Place>(call, *verdict) : before<Place + 1>(call);
        }
    }

    template <std::size_t Place, std::size_t Index, class Verdict>
    result decide_among(call_type& call, Verdict& verdict) {
        if constexpr (Index == hook_impl::alternatives_of<Verdict>) {
            block<Place>(call, "the hook answered no verdict");  // a variant without value
        } else {
            auto* const given = std::get_if<Index>(&hook_impl::as_variant(verdict));
            return given != nullptr ? decide<Place>(call, *given) : decide_among<Place, Index + 1>(call, verdict);
        }
    }

    template <std::size_t Place, class... Given>
    result modify(call_type& call, sonde::modify<Given...>& verdict) {
        using modified = hook_impl::modified<std::tuple<Given...>, Parameters...>;
        auto changed = meta::catching(
            [&] { return modified(verdict.arguments); },
            [&]() -> modified { block<Place>(call, "the modified arguments threw " + exception_text()); });
        return changed.with_pointers([&](auto*... arguments) -> result {
            call_type with_them(frame_, arguments...);
            return before<Place + 1>(with_them);
        });
    }

    template <std::size_t Place>
    [[noreturn]] void block(call_type& call, std::string reason) {
        capture_arguments(call);
        policy_violation const violation(Site::name, hook_impl::name_of<hook_at<Place>>(), std::move(reason));
        frame_.block(violation.rule(), std::string("sonde::policy_violation: ") + violation.what());
        each_before<Place>([&]<std::size_t Earlier>() {
            if constexpr (hook_impl::has_on_block<hook_at<Earlier>, call_type>) {
                auto&& told = hook<Earlier>();
                told.on_block(call, std::string_view(violation.reason()));
            }
        });
        frame_.close();  // here and not in a destructor: without exceptions none runs
        hook_impl::refuse(violation);
    }

    template <std::size_t Place, class Value>
    result skip(call_type& call, Value& value) {
        frame_.admit();
        capture_arguments(call);
        frame_.skip(hook_impl::name_of<hook_at<Place>>());
        auto const answer = [&]() -> result {
            if constexpr (std::is_void_v<result>) {
                return;
            } else if constexpr (std::is_nothrow_convertible_v<Value, result>) {
                return hook_impl::as<result>(std::move(value));
            } else {
                return meta::catching(
                    [&]() -> result { return hook_impl::as<result>(std::move(value)); },
                    [&]() -> result { block<Place>(call, "the skip's value threw " + exception_text()); });
            }
        };
        return finish<Place>(call, answer);
    }

    result function(call_type& call) {
        frame_.admit();
        capture_arguments(call);
        if constexpr (Site::started) { frame_.announce(); }
        return complete<hook_count>(call, [&]() noexcept(nothrow) -> result {
            return [&]<std::size_t... I>(std::index_sequence<I...>) -> result {
                if constexpr (Site::with_span) {
                    auto span = frame_.span();
                    return static_cast<Callable&&>(callable_)(
                        span, static_cast<Parameters&&>(call.template argument<I>())...);
                } else {
                    return static_cast<Callable&&>(callable_)(
                        static_cast<Parameters&&>(call.template argument<I>())...);
                }
            }(std::index_sequence_for<Parameters...>{});
        });
    }

    // The result of `produce()`, seen by the `after` of the hooks before `Place`; or its exception, by their `on_error`.
    template <std::size_t Place, class Produce>
    result complete(call_type& call, Produce&& produce) {
        if constexpr (noexcept(produce()) || !meta::has_exceptions) {
            return finish<Place>(call, produce);
        } else {
            return meta::catching([&]() -> result { return finish<Place>(call, produce); },
                                  [&]() -> result {
                                      fail<Place>(call);
                                      meta::rethrow();
                                  });
        }
    }

    template <std::size_t Place, class Produce>
    result finish(call_type& call, Produce& produce) {
        if constexpr (std::is_void_v<result>) {
            produce();
            frame_.stop();
            std::monostate nothing;
            after<Place>(call, nothing);
        } else if constexpr (std::is_reference_v<result>) {
            result made = produce();
            frame_.stop();
            after<Place>(call, made);
            capture_result(made);
            return static_cast<result>(made);
        } else if constexpr (observable) {
            return finish_named<Place>(call, produce);
        } else {
            // What can't be moved can't be named here and returned: it is made in its place, unseen.
            struct closer {
                chain& self;
                call_type& call;
                int before = in_flight();
                ~closer() {
                    if (in_flight() != before) { return; }
                    self.frame_.stop();
                    std::monostate nothing;
                    self.template after<Place>(call, nothing);
                    self.capture_unseen();
                }
            } const closing{*this, call};
            return produce();
        }
    }

    // A function of its own: g++ 12 makes a named result in the caller's object only where it is named at the top of its
    // function, which a branch of `if constexpr` is not.
    template <std::size_t Place, class Produce>
    result finish_named(call_type& call, Produce& produce) {
        result made = produce();
        frame_.stop();
        after<Place>(call, made);
        if constexpr (requires { frame_.leave_in(made); }) {
            frame_.leave_in(made);
        } else {
            capture_result(made);
        }
        return made;
    }

    template <std::size_t Place, class Result>
    void after(call_type& call, Result& made) noexcept {
        each_before<Place>([&]<std::size_t Earlier>() {
            if constexpr (hook_impl::has_after<hook_at<Earlier>, call_type, Result>) {
                auto&& told = hook<Earlier>();
                told.after(call, made);
            }
        });
    }

    template <std::size_t Place>
    [[gnu::cold]] void fail(call_type& call) noexcept {
        frame_.fail();
        each_before<Place>([&]<std::size_t Earlier>() {
            if constexpr (hook_impl::has_on_error<hook_at<Earlier>, call_type>) {
                auto&& told = hook<Earlier>();
                told.on_error(call, std::current_exception());
            }
        });
    }

    // The hooks before `Place`, in reverse; what one throws is ignored, and the others have their turn.
    template <std::size_t Place, class Tell>
    void each_before(Tell&& tell) noexcept {
        if constexpr (Place > 0) {
            ignoring<Place - 1>([&] { tell.template operator()<Place - 1>(); });
            each_before<Place - 1>(tell);
        }
    }

    template <std::size_t Place, class Body>
    void ignoring(Body&& body) noexcept {
        if constexpr (noexcept(body())) {
            body();
        } else {
            meta::catching([&] { body(); }, [&] { frame_.report_ignored(hook_impl::name_of<hook_at<Place>>()); });
        }
    }

    void capture_arguments(call_type& call) noexcept {
        if constexpr (Site::captures_input && Frame::keeps_values) {
            if (!frame_.captures()) { return; }
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (capture_argument<Site, I, Parameters...>(frame_, call.template argument<I>()), ...);
            }(std::index_sequence_for<Parameters...>{});
        }
    }
    template <class Result>
    void capture_result(Result const& made) noexcept {
        if constexpr (Site::captures_output && Frame::keeps_values) {
            if (!frame_.captures()) { return; }
            if constexpr (unread_result<Result, Callable, Parameters...>) {
                frame_.unread_result(made);
            } else {
                frame_.result(made);
            }
        }
    }
    void capture_unseen() noexcept {
        if constexpr (Site::captures_output && Frame::keeps_values) {
            if (frame_.captures()) { frame_.template unseen_result<result>(); }
        }
    }

    Frame& frame_;
    Callable&& callable_;
    hook_impl::called_hooks<Hooks...> hooks_;
};

}  // namespace sonde::call_impl

#endif
