// SPDX-License-Identifier: MIT
// What the call of an asynchronous callable keeps of its decorated callable, which may be gone before the call is over.
#ifndef SONDE_CALL_ASYNC_STATE_HPP
#define SONDE_CALL_ASYNC_STATE_HPP

#include <sonde/call/bound_member.hpp>
#include <sonde/call/capture_argument.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/hook/stored.hpp>
#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/invoke.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::call_impl {

template <class Callable>
concept needs_no_object =
    std::is_pointer_v<Callable> || (std::is_empty_v<Callable> && std::is_trivially_copyable_v<Callable>);

/// The callable: by reference, as a coroutine refers to the object that it is a member of; by value where that costs
/// nothing, so that what is temporary may be called as it may without decoration.
template <class Callee>
class kept_callee {
public:
    explicit kept_callee(Callee&& callee) noexcept : callee_(callee) {}
    [[nodiscard]] Callee&& get() noexcept { return static_cast<Callee&&>(callee_); }

private:
    Callee& callee_;
};
template <class Callee>
    requires std::is_reference_v<Callee> && needs_no_object<std::remove_cvref_t<Callee>>
class kept_callee<Callee> {
public:
    explicit kept_callee(Callee&& callee) noexcept : callee_(callee) {}
    [[nodiscard]] Callee&& get() noexcept { return static_cast<Callee&&>(callee_); }

private:
    [[no_unique_address]] std::remove_cvref_t<Callee> callee_;
};

template <class Member>
struct member_class {};
template <class Member, class Class>
struct member_class<Member Class::*> : std::type_identity<Class> {};

/// A member pointer with the object that it is called on: what a pointer points to, not the pointer.
template <class Member, class Object>
class kept_callee<bound_member<Member, Object>> {
    using class_type = typename member_class<typename meta::callable_type<Member>::type>::type;
    using object = decltype(meta::meta_impl::object<class_type>(std::declval<Object>()));
    static_assert(std::is_reference_v<object>);

public:
    explicit kept_callee(bound_member<Member, Object>&& callee) noexcept
        : member_(callee.member),
          object_(address(meta::meta_impl::object<class_type>(static_cast<Object&&>(callee.object)))) {}
    [[nodiscard]] bound_member<Member, object> get() noexcept { return {member_, static_cast<object>(*object_)}; }

private:
    static std::remove_reference_t<object>* address(std::remove_reference_t<object>&& given) noexcept {
        return __builtin_addressof(given);
    }
    static std::remove_reference_t<object>* address(std::remove_reference_t<object>& given) noexcept {
        return __builtin_addressof(given);
    }

    [[no_unique_address]] Member member_;
    std::remove_reference_t<object>* object_;
};

/// Comes last among the parameters of the coroutine that stands for the call. `Recorder` is void where nothing is recorded.
template <class Frame, class Recorder, class Callee, class... Hooks>
struct async_state {
    using frame = Frame;
    using recorder = Recorder;
    using callee = Callee;

    async_state(shared<Recorder> const& reporter, bool records, context&& within, Callee&& called,
                std::tuple<hook_impl::stored<Hooks>...> const& guards)
        : to(reporter),
          parent(context_impl::parts::taken(within)),
          recording(records),
          adopts(!parent && context_impl::current() == nullptr),
          kept(static_cast<Callee&&>(called)),
          hooks(guards) {}

    // On its way into the coroutine's frame: what is counted is handed on, not counted again.
    async_state(async_state&& other) noexcept
        : to(shared<Recorder>::taken(other.to)),
          parent(context_impl::parts::taken(other.parent)),
          announced(other.announced),
          recording(other.recording),
          adopts(other.adopts),
          kept(other.kept),
          hooks(other.hooks) {}
    async_state& operator=(async_state&&) = delete;  // it belongs to one coroutine

    /// Tells of the call before its coroutine begins, under the ids that it will have.
    template <class Site, class... P, class... A>
    void announce(A const&... arguments) noexcept {
        if (!recording) { return; }
        Frame early(*to, Site::facts, true, parent);
        if constexpr (Site::captures_input) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (capture_argument<Site, I, P...>(early, arguments), ...);
            }(std::index_sequence_for<P...>{});
        }
        early.announce();
        announced = early.scope().ids;
        early.abandon();
    }

    shared<Recorder> to;
    context parent;
    span_context announced = {};  // the ids of the event at the start, if there was one
    bool recording;
    bool adopts;  // called where nothing was open: it is within what is open where it first runs
    [[no_unique_address]] kept_callee<Callee> kept;
    [[no_unique_address]] std::tuple<hook_impl::stored<Hooks>...> hooks;
};
template <class Frame, class Callee, class... Hooks>
struct async_state<Frame, void, Callee, Hooks...> {
    using frame = Frame;
    using recorder = void;
    using callee = Callee;

    async_state(context&& within, Callee&& called, std::tuple<hook_impl::stored<Hooks>...> const& guards)
        : parent(context_impl::parts::taken(within)), kept(static_cast<Callee&&>(called)), hooks(guards) {}

    context parent;
    [[no_unique_address]] kept_callee<Callee> kept;
    [[no_unique_address]] std::tuple<hook_impl::stored<Hooks>...> hooks;
};

template <class Type>
inline constexpr bool is_async_state = false;
template <class Frame, class Recorder, class Callee, class... Hooks>
inline constexpr bool is_async_state<async_state<Frame, Recorder, Callee, Hooks...>> = true;

}  // namespace sonde::call_impl

#endif
