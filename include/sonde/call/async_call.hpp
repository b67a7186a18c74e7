// SPDX-License-Identifier: MIT
// One call of a callable that answers a coroutine: from when the coroutine's body first runs until it ends.
#ifndef SONDE_CALL_ASYNC_CALL_HPP
#define SONDE_CALL_ASYNC_CALL_HPP

#include <sonde/async/awaiter.hpp>
#include <sonde/async/coroutine_scope.hpp>
#include <sonde/async/first_segment.hpp>
#include <sonde/async/propagating_promise.hpp>
#include <sonde/async/traits.hpp>
#include <sonde/call/async_hooks.hpp>
#include <sonde/call/pointer_arguments.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/meta/catching.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sonde::call_impl {

/// Lies in the frame of the coroutine that stands for the call. It is attached when it is made, and from `attach` to
/// `detach`: then what this thread does is within the call.
/// `Task` is what the callable answers, `Promise` that of the coroutine; `Value` what awaiting gives, as a value, an lvalue
/// reference or void.
/// *Thread safety*: whoever runs the coroutine.
template <class Site, class State, class Promise, class Task, class Value, bool TakesContext, class... P>
class async_call {
    using frame = typename State::frame;
    using hooks = async_hooks<Site, frame, Promise, Value, decltype(State::hooks), P...>;
    using span_type = decltype(std::declval<frame&>().span());
    static constexpr bool records = !std::is_void_v<typename State::recorder>;
    // Whether the callable's own coroutine is one that takes its context along.
    template <bool Given, class... Parameters>
    struct own_promise : async_impl::promise_of<Task, Parameters...> {};
    template <class... Parameters>
    struct own_promise<true, Parameters...> : async_impl::promise_of<Task, context, Parameters...> {};
    static constexpr bool sees_to_itself =
        requires { requires own_promise<TakesContext, P...>::type::carries_context; };

public:
    using value = Value;
    using promise = Promise;

    async_call(State& state, std::remove_reference_t<P>*... arguments) noexcept
        : state_(state), frame_(opened(state)), hooks_(frame_, state.hooks, arguments...), span_(frame_.span()) {
        if constexpr (records && Site::started) {
            if (state.announced.span_id) { frame_.take_ids(state.announced); }
        }
        frame_.attach();
    }
    async_call(async_call const&) = delete;  // what is within it refers to it
    async_call& operator=(async_call const&) = delete;

    void attach() noexcept {
        if (attached_) { return; }
        frame_.attach();
        attached_ = true;
    }
    void detach() noexcept {
        attached_ = false;
        frame_.detach();
    }

    /// The hooks, those that answer with a coroutine from without: between `ask_until<Place>()` and `ask_until<last>()`.
    static constexpr std::size_t hook_count = hooks::count;
    template <std::size_t Place>
    static constexpr bool awaits = hooks::template awaits<Place>;
    template <std::size_t End>
    void ask_until() {
        [&]<std::size_t... Places>(std::index_sequence<Places...>) {
            (ask<Places>(), ...);
        }(std::make_index_sequence<End>{});
    }
    template <std::size_t Place>
    [[nodiscard]] bool asks_next() const noexcept {
        return hooks_.asks_next(Place);
    }
    template <std::size_t Place>
    decltype(auto) question() {
        struct leaving {
            async_call& call;
            ~leaving() { call.detach(); }
        } const at_end{*this};
        return hooks_.template question<Place>();
    }
    /// What it answered, if that is not nothing; and that it answered.
    template <std::size_t Place, class Verdict>
    void settle(Verdict& verdict) {
        attach();
        hooks_.template settle<Place>(verdict);
    }
    template <std::size_t Place>
    void answered() noexcept {
        if (attached_) { return; }
        attach();
        hooks_.template answered<Place>();
    }
    [[nodiscard]] bool asked_all() const noexcept { return hooks_.asked_all(); }
    /// *Requires*: within a handler. *Errors*: `policy_violation`, where what a hook threw blocks.
    void question_threw() {
        if (hooks_.blocked()) { meta::rethrow(); }
        attach();
        hooks_.question_threw();
    }

    /// Whether the callable is to be called.
    [[nodiscard]] bool admit() noexcept {
        frame_.admit();
        capture_arguments<Site, P...>(frame_, hooks_.call());
        return !hooks_.skipped();
    }
    /// What the callable answers. *Requires*: attached.
    Task make() {
        async_impl::handing const hands(lending());
        return [this]<std::size_t... I>(std::index_sequence<I...>) -> Task {
            auto& call = hooks_.call();
            if constexpr (TakesContext && Site::with_span) {
                return state_.kept.get()(own_context(), span_, static_cast<P&&>(call.template argument<I>())...);
            } else if constexpr (TakesContext) {
                return state_.kept.get()(own_context(), static_cast<P&&>(call.template argument<I>())...);
            } else if constexpr (Site::with_span) {
                return state_.kept.get()(span_, static_cast<P&&>(call.template argument<I>())...);
            } else {
                return state_.kept.get()(static_cast<P&&>(call.template argument<I>())...);
            }
        }(std::index_sequence_for<P...>{});
    }
    /// What is to be awaited in its place: so that what it starts runs within the call, where it does not see to that itself.
    template <class Awaitable>
    decltype(auto) awaiting(Awaitable& given) {
        if constexpr (!records || sees_to_itself || async_impl::transforms<Promise> ||
                      async_impl::transforms_operand<Promise, Awaitable>) {
            return static_cast<Awaitable&&>(given);
        } else {
            return async_impl::driven<Awaitable>(static_cast<Awaitable&&>(given), frame_.scope());
        }
    }

    /// One of the values that the callable's coroutine yields.
    template <class Chunk>
    void chunk(Chunk const& given) noexcept {
        if constexpr (frame::keeps_values) { frame_.chunk(given); }
    }

    /// It is over, with this result.
    template <class Made>
    void succeed(Made& made) noexcept {
        attach();
        frame_.stop();
        hooks_.tell_after(made);
        if constexpr (Site::captures_output && frame::keeps_values) {
            if (!frame_.captures()) {
            } else if constexpr (unread_result<Made, std::remove_cvref_t<typename State::callee>, P...>) {
                frame_.unread_result(made);
            } else {
                frame_.result(made);
            }
        }
        close();
    }
    void succeed() noexcept {
        attach();
        frame_.stop();
        std::monostate nothing;
        hooks_.tell_after(nothing);
        close();
    }
    /// A hook's result stands for the callable's.
    decltype(auto) take_skipped() noexcept {
        if constexpr (!std::is_void_v<Value>) {
            succeed(hooks_.skipped_result().look());
            return hooks_.skipped_result().take();
        } else {
            succeed();
        }
    }
    /// It is over, with the exception that is being handled; not if it was blocked.
    [[gnu::cold]] void fail() noexcept {
        if (closed_ || hooks_.blocked()) { return; }
        attach();
        frame_.fail();
        hooks_.tell_error();
        close();
    }

private:
    static frame opened(State& state) noexcept {
        if constexpr (records) {
            if (state.adopts) { state.parent = current_context(); }
            return frame(*state.to, Site::facts, state.recording, state.parent);
        } else {
            return frame(Site::facts);
        }
    }
    [[nodiscard]] context own_context() const noexcept {
        if constexpr (records) {
            if (state_.recording) { return frame_.context(); }
        }
        return state_.parent;
    }
    async_impl::handed_record lending() noexcept {
        if constexpr (records && sees_to_itself) {
            if (state_.recording) { return {&frame_.scope(), &async_impl::type_mark<Task>, lent_.taker()}; }
        }
        return {};
    }
    void close() noexcept {
        closed_ = true;
        attached_ = false;
        if constexpr (records && sees_to_itself) { lent_.take_back(); }
        frame_.close();
    }
    template <std::size_t Place>
    void ask() {
        if constexpr (!awaits<Place>) { hooks_.template ask<Place>(); }
    }

    State& state_;
    frame frame_;
    hooks hooks_;
    span_type span_;
    struct lends_nothing {};
    [[no_unique_address]] std::conditional_t<records && sees_to_itself, async_impl::lent_record, lends_nothing> lent_;
    bool attached_ = true;
    bool closed_ = false;
};

/// `((co_await question), answers<Call, Place>{call}).done()` takes a verdict, and a void as well.
template <class Call, std::size_t Place>
struct answers {
    Call& call;
    template <class Verdict>
    friend answers operator,(Verdict&& verdict, answers to) {
        to.call.template settle<Place>(verdict);
        return to;
    }
    void done() noexcept { call.template answered<Place>(); }
};

}  // namespace sonde::call_impl

#endif
