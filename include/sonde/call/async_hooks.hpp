// SPDX-License-Identifier: MIT
// The hooks of a call of an asynchronous callable: asked when the coroutine's body first runs, told when it has ended.
#ifndef SONDE_CALL_ASYNC_HOOKS_HPP
#define SONDE_CALL_ASYNC_HOOKS_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/call/capture_argument.hpp>
#include <sonde/call/exception_text.hpp>
#include <sonde/call/hook_fits.hpp>
#include <sonde/call/pointer_arguments.hpp>
#include <sonde/hook/call.hpp>
#include <sonde/hook/concept.hpp>
#include <sonde/hook/modified.hpp>
#include <sonde/hook/policy_violation.hpp>
#include <sonde/hook/stored.hpp>
#include <sonde/hook/verdict.hpp>
#include <sonde/meta/catching.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde::call_impl {

/// What a hook's `before` answers a coroutine with this promise: the verdict, awaited where it has to be.
template <class Promise, class Answer>
struct awaited_answer : std::type_identity<Answer> {
    static constexpr bool awaits = false;
};
template <class Promise, class Answer>
    requires(!hook_impl::is_verdict<Answer>::value && async_impl::awaitable_in<Answer, Promise>)
struct awaited_answer<Promise, Answer>
    : std::type_identity<std::remove_cvref_t<async_impl::awaited_t<Promise, Answer>>> {
    static constexpr bool awaits = true;
};

// A result that may be there: of a reference, what it refers to.
template <class Result>
struct maybe {
    std::optional<Result> kept;
    void keep(Result&& made) { kept.emplace(static_cast<Result&&>(made)); }
    Result&& take() noexcept { return static_cast<Result&&>(*kept); }
    Result& look() noexcept { return *kept; }
};
template <class Result>
struct maybe<Result&> {
    Result* kept = nullptr;
    void keep(Result& made) noexcept { kept = __builtin_addressof(made); }
    Result& take() noexcept { return *kept; }
    Result& look() noexcept { return *kept; }
};
template <>
struct maybe<void> {};

// Of a hook without state, an object that outlives what it answers.
template <class Hook>
inline Hook stateless_hook{};

/// Gives `frame` the arguments of a call.
template <class Site, class... P, class Frame, class Call>
void capture_arguments(Frame& frame, Call const& call) noexcept {
    if constexpr (Site::captures_input && Frame::keeps_values) {
        if (!frame.captures()) { return; }
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (capture_argument<Site, I, P...>(frame, call.template argument<I>()), ...);
        }(std::index_sequence_for<P...>{});
    }
}

// Room for the arguments that a hook gives in place of the caller's: one for each form of answer that can.
template <class Answer, class... P>
struct room {};
template <class... Given, class... P>
    requires hook_impl::modifies<std::tuple<Given...>, P...>
struct room<sonde::modify<Given...>, P...> {
    std::optional<hook_impl::modified<std::tuple<Given...>, P...>> kept;
    auto& find(sonde::modify<Given...> const&) noexcept { return kept; }
};
template <class Answer, class... P>
struct room<std::optional<Answer>, P...> : room<Answer, P...> {};
template <class... Answers, class... P>
struct room<std::variant<Answers...>, P...> : room<Answers, P...>... {
    template <class Verdict>
    auto& find(Verdict const& verdict) noexcept {
        return static_cast<room<Verdict, P...>&>(*this).find(verdict);
    }
};
template <class... Answers, class... P>
struct room<sonde::verdict<Answers...>, P...> : room<std::variant<Answers...>, P...> {};

/// `Result` is what awaiting gives, as a value or an lvalue reference, or void. `Hooks` are in the order given.
template <class Site, class Frame, class Promise, class Result, class Hooks, class... P>
class async_hooks;

template <class Site, class Frame, class Promise, class Result, class... Hooks, class... P>
class async_hooks<Site, Frame, Promise, Result, std::tuple<hook_impl::stored<Hooks>...>, P...> {
    using stored_hooks = std::tuple<hook_impl::stored<Hooks>...>;
    using call_type = sonde::call<Site, Frame, P...>;
    static constexpr auto order = hook_impl::in_order<hook_impl::hook_type<Hooks>...>();

    template <std::size_t Place>
    using hook_at = std::tuple_element_t<order[Place], std::tuple<hook_impl::hook_type<Hooks>...>>;

    template <std::size_t Place>
    using answer_at = awaited_answer<Promise, typename answer_for<hook_at<Place>, call_type>::type>;

    template <std::size_t... Places>
    static auto rooms_for(std::index_sequence<Places...>)
        -> std::tuple<room<typename answer_at<Places>::type, P...>...>;

public:
    static constexpr std::size_t count = sizeof...(Hooks);
    /// Whether the hook at this place answers with a coroutine.
    template <std::size_t Place>
    static constexpr bool awaits = answer_at<Place>::awaits;

    async_hooks(Frame& frame, stored_hooks const& hooks, std::remove_reference_t<P>*... arguments) noexcept
        : frame_(frame), hooks_(hooks), call_(frame, arguments...) {}

    [[nodiscard]] call_type& call() noexcept { return call_; }
    /// Whether a hook has skipped the call.
    [[nodiscard]] bool skipped() const noexcept { return skipped_; }
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }
    [[nodiscard]] maybe<Result>& skipped_result() noexcept { return skipped_result_; }
    [[nodiscard]] bool asks_next(std::size_t place) const noexcept { return !skipped_ && next_ == place; }
    [[nodiscard]] bool asked_all() const noexcept { return skipped_ || next_ == count; }

    /// Asks the hook at `Place`, if it is its turn. *Errors*: `policy_violation`, where it blocks.
    template <std::size_t Place>
    void ask() {
        if (!asks_next(Place)) { return; }
        if constexpr (hook_impl::has_before<hook_at<Place>, call_type>) {
            auto&& asked = hook<Place>();
            using answer = typename answer_at<Place>::type;
            if constexpr (std::is_void_v<answer>) {
                ignoring<Place>([&] { asked.before(call_); });
                next_ = Place + 1;
            } else {
                auto verdict = meta::catching([&]() -> answer { return asked.before(call_); },
                                              [&]() -> answer { block<Place>("the hook threw " + exception_text()); });
                settle<Place>(verdict);
            }
        } else {
            next_ = Place + 1;
        }
    }
    /// What the hook at `Place` answers, to be awaited.
    template <std::size_t Place>
    decltype(auto) question() {
        return hook<Place>().before(call_);
    }
    /// It has answered nothing, or a verdict.
    template <std::size_t Place>
    void answered() noexcept {
        next_ = Place + 1;
    }
    template <std::size_t Place, class Verdict>
    void settle(Verdict& verdict) {
        decide<Place>(verdict);
        if (!skipped_) { next_ = Place + 1; }
    }
    /// Asking the hook whose turn it was has thrown what is being handled: that is ignored, or blocks.
    void question_threw() {
        [&]<std::size_t... Places>(std::index_sequence<Places...>) {
            static_cast<void>(((next_ == Places && (threw_at<Places>(), true)) || ...));
        }(std::make_index_sequence<count>{});
    }

    template <class Seen>
    void tell_after(Seen& made) noexcept {
        each_before<count>([&]<std::size_t Place>() {
            if constexpr (hook_impl::has_after<hook_at<Place>, call_type, Seen>) {
                auto&& told = hook<Place>();
                told.after(call_, made);
            }
        });
    }
    [[gnu::cold]] void tell_error() noexcept {
        each_before<count>([&]<std::size_t Place>() {
            if constexpr (hook_impl::has_on_error<hook_at<Place>, call_type>) {
                auto&& told = hook<Place>();
                told.on_error(call_, std::current_exception());
            }
        });
    }

private:
    template <std::size_t Place>
    decltype(auto) hook() const noexcept {
        using stored = std::tuple_element_t<order[Place], stored_hooks>;
        if constexpr (std::is_reference_v<decltype(std::declval<stored const&>().get())>) {
            return std::get<order[Place]>(hooks_).get();
        } else {
            return (stateless_hook<hook_at<Place>>);
        }
    }

    template <std::size_t Place>
    void threw_at() {
        if constexpr (awaits<Place>) {
            if constexpr (std::is_void_v<typename answer_at<Place>::type>) {
                frame_.report_ignored(hook_impl::name_of<hook_at<Place>>());
                next_ = Place + 1;
            } else {
                block<Place>("the hook threw " + exception_text());
            }
        }
    }

    template <std::size_t Place, class Verdict>
    void decide(Verdict& verdict) {
        if constexpr (std::is_same_v<Verdict, proceed>) {
        } else if constexpr (std::is_same_v<Verdict, sonde::block>) {
            block<Place>(std::move(verdict.reason));
        } else if constexpr (hook_impl::is_skip<Verdict>) {
            skip<Place>(verdict.value);
        } else if constexpr (hook_impl::is_modify<Verdict>) {
            modify<Place>(verdict);
        } else if constexpr (requires { verdict.index(); }) {
            decide_among<Place, 0>(verdict);
        } else if (verdict) {
            decide<Place>(*verdict);
        }
    }
    template <std::size_t Place, std::size_t Index, class Verdict>
    void decide_among(Verdict& verdict) {
        if constexpr (Index == hook_impl::alternatives_of<Verdict>) {
            block<Place>("the hook answered no verdict");  // a variant without value
        } else if (auto* const given = std::get_if<Index>(&hook_impl::as_variant(verdict)); given != nullptr) {
            decide<Place>(*given);
        } else {
            decide_among<Place, Index + 1>(verdict);
        }
    }

    template <std::size_t Place, class... Given>
    void modify(sonde::modify<Given...>& verdict) {
        auto& kept = std::get<Place>(rooms_).find(verdict);
        meta::catching([&] { kept.emplace(verdict.arguments); },
                       [&] { block<Place>("the modified arguments threw " + exception_text()); });
        kept->with_pointers([&](auto*... arguments) { call_ = call_type(frame_, arguments...); });
    }

    template <std::size_t Place, class Value>
    void skip(Value& value) {
        frame_.skip(hook_impl::name_of<hook_at<Place>>());
        if constexpr (!std::is_void_v<Result>) {
            meta::catching([&] { skipped_result_.keep(hook_impl::as<Result>(std::move(value))); },
                           [&] { block<Place>("the skip's value threw " + exception_text()); });
        }
        skipped_ = true;
    }

    template <std::size_t Place>
    [[noreturn]] void block(std::string reason) {
        blocked_ = true;
        capture_arguments<Site, P...>(frame_, call_);
        policy_violation const violation(Site::name, hook_impl::name_of<hook_at<Place>>(), std::move(reason));
        frame_.block(violation.rule(), std::string("sonde::policy_violation: ") + violation.what());
        each_before<Place>([&]<std::size_t Earlier>() {
            if constexpr (hook_impl::has_on_block<hook_at<Earlier>, call_type>) {
                auto&& told = hook<Earlier>();
                told.on_block(call_, std::string_view(violation.reason()));
            }
        });
        frame_.close();  // here and not in a destructor: without exceptions none runs
        hook_impl::refuse(violation);
    }

    // The hooks before `Place` that were asked, in reverse; what one throws is ignored, and the others have their turn.
    template <std::size_t Place, class Tell>
    void each_before(Tell&& tell) noexcept {
        if constexpr (Place > 0) {
            if (next_ >= Place) {
                ignoring<Place - 1>([&] { tell.template operator()<Place - 1>(); });
            }
            each_before<Place - 1>(tell);
        }
    }
    template <std::size_t Place, class Body>
    void ignoring(Body&& body) noexcept {
        meta::catching([&] { body(); }, [&] { frame_.report_ignored(hook_impl::name_of<hook_at<Place>>()); });
    }

    Frame& frame_;
    stored_hooks const& hooks_;
    call_type call_;
    std::size_t next_ = 0;
    bool skipped_ = false;
    bool blocked_ = false;
    [[no_unique_address]] maybe<Result> skipped_result_;
    [[no_unique_address]] decltype(rooms_for(std::make_index_sequence<count>{})) rooms_;
};

/// `value` is true if all hooks can be asked about a call by its coroutine; else the compiler's first error says what is
/// wrong.
template <class Site, class Frame, class Promise, class Result, class Hooks, class... P>
struct async_hooks_fit;
template <class Site, class Frame, class Promise, class Result, class... Hooks, class... P>
struct async_hooks_fit<Site, Frame, Promise, Result, std::tuple<hook_impl::stored<Hooks>...>, P...> {
    using call_type = sonde::call<Site, Frame, P...>;
    using seen = std::conditional_t<std::is_void_v<Result>, std::monostate, std::remove_reference_t<Result>>;
    template <class Hook>
    using answer = awaited_answer<Promise, typename answer_for<hook_impl::hook_type<Hook>, call_type>::type>;

    static constexpr bool value =
        (check_hook_fits<hook_impl::hook_type<Hooks>, call_type, seen, typename answer<Hooks>::type, Result, P...>() &&
         ...);
};
template <bool InPlace, class Site, class Frame, class Promise, class Result, class Hooks, class... P>
struct sync_hooks_fit;
template <bool InPlace, class Site, class Frame, class Promise, class Result, class... Hooks, class... P>
struct sync_hooks_fit<InPlace, Site, Frame, Promise, Result, std::tuple<hook_impl::stored<Hooks>...>, P...> {
    using fit = async_hooks_fit<Site, Frame, Promise, Result, std::tuple<hook_impl::stored<Hooks>...>, P...>;

    static constexpr bool value =
        fit::value &&
        (check_answers_at_once<hook_impl::hook_type<Hooks>, fit::template answer<Hooks>::awaits, InPlace>() && ...);
};

}  // namespace sonde::call_impl

#endif
