// SPDX-License-Identifier: MIT
// A sender that the span of its call stays open in until it completes.
#ifndef SONDE_CALL_WATCHED_SENDER_HPP
#define SONDE_CALL_WATCHED_SENDER_HPP

#include <sonde/call/left_open.hpp>
#include <sonde/call/senders.hpp>
#include <sonde/context/carried_context.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/meta/type_name.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

namespace call_impl {

// Told by what can be done with it: the standard's, and Boost's.
template <class Error>
concept error_code_like = requires(Error const& error) {
    error.value();
    error.category();
    { error.message() } -> std::convertible_to<std::string_view>;
};

/// Ends the span with what a sender gave as its error.
template <class Error>
[[gnu::cold]] void fail_with(left_open& span, Error const& error) noexcept {
    constexpr auto type = meta::type_name<Error>();
    if constexpr (std::same_as<Error, std::exception_ptr>) {
        if (meta::has_exceptions && error != nullptr) {
            meta::catching([&] { std::rethrow_exception(error); }, [&]() noexcept { span.fail(); });
        } else {
            span.fail("unknown exception");
        }
    } else if constexpr (std::derived_from<Error, std::exception>) {
        meta::catching(
            [&] {
                std::string text(type);
                auto const* const what = error.what();
                span.fail(text.append(": ").append(what == nullptr ? "" : what));
            },
            [&]() noexcept { span.fail(type); });
    } else if constexpr (error_code_like<Error>) {
        meta::catching([&] { span.fail(error.message()); }, [&]() noexcept { span.fail(type); });
    } else {
        span.fail(type);
    }
}

// One value among several, as left_open takes it alone: a pointer is not read.
template <class Value>
Value const& among_several(Value const& value) noexcept {
    return value;
}
template <class Value>
    requires std::is_pointer_v<Value>
event_impl::opaque_value among_several(Value const& value) noexcept {
    return event_impl::unread_pointer(value);
}

/// Ends the span with what a sender gave as its values.
template <class... Values>
void succeed_with(left_open& span, Values const&... values) noexcept {
    if constexpr (sizeof...(Values) == 1) {
        span.result(values...);
    } else if constexpr (sizeof...(Values) > 1) {
        span.result(std::tuple<decltype(among_several(values))...>(among_several(values)...));
    }
    span.finish();
}

/// Whom the result of a watched sender goes to, and the span that ends before.
template <class Receiver>
struct watched_completion {
    Receiver receiver;
    left_open span;
};

/// Receives the result of the sender within. Whoever gets it next may destroy the operation: nothing is touched after that.
template <class Names, class Receiver>
class watching_receiver {
public:
    using receiver_concept = typename Receiver::receiver_concept;

    explicit watching_receiver(watched_completion<Receiver>& to) noexcept : to_(&to) {}

    template <class... Values>
        requires requires(Receiver&& receiver, Values&&... values) {
            Names::set_value(static_cast<Receiver&&>(receiver), static_cast<Values&&>(values)...);
        }
    void set_value(Values&&... values) noexcept {
        if (to_->span) { succeed_with(to_->span, values...); }
        Names::set_value(static_cast<Receiver&&>(to_->receiver), static_cast<Values&&>(values)...);
    }
    template <class Error>
        requires requires(Receiver&& receiver, Error&& error) {
            Names::set_error(static_cast<Receiver&&>(receiver), static_cast<Error&&>(error));
        }
    void set_error(Error&& error) noexcept {
        if (to_->span) { fail_with<std::remove_cvref_t<Error>>(to_->span, error); }
        Names::set_error(static_cast<Receiver&&>(to_->receiver), static_cast<Error&&>(error));
    }
    void set_stopped() noexcept
        requires requires(Receiver&& receiver) { Names::set_stopped(static_cast<Receiver&&>(receiver)); }
    {
        to_->span.cancel();
        Names::set_stopped(static_cast<Receiver&&>(to_->receiver));
    }
    [[nodiscard]] auto get_env() const noexcept -> decltype(Names::get_env(std::declval<Receiver const&>())) {
        return Names::get_env(static_cast<Receiver const&>(to_->receiver));
    }

private:
    watched_completion<Receiver>* to_;
};

/// Keeps a call's scope while a thread is within it: whatever completes there may end the span.
struct kept_scope {
    context_impl::hand_scope& scope;
    explicit kept_scope(context_impl::hand_scope& of) noexcept : scope(of) { scope.share(); }
    kept_scope(kept_scope const&) = delete;  // it has one share
    kept_scope& operator=(kept_scope const&) = delete;
    ~kept_scope() { scope.give_up(); }
};

// Older libraries have none.
template <class Operation>
struct operation_tag {};
template <class Operation>
    requires requires { typename Operation::operation_state_concept; }
struct operation_tag<Operation> {
    using operation_state_concept = typename Operation::operation_state_concept;
};

template <class Names, class Sender, class Receiver>
using connected = decltype(Names::connect(std::declval<Sender>(), std::declval<watching_receiver<Names, Receiver>>()));

/// What a watched sender is when it is connected. Starts the operation within, on the thread that it is started on, in the
/// context of the call: until that returns, or the operation completes there.
template <class Names, class Sender, class Receiver>
class watched_operation : public operation_tag<connected<Names, Sender, Receiver>> {
public:
    watched_operation(Sender&& sender, Receiver&& receiver, left_open&& span)
        : to_{static_cast<Receiver&&>(receiver), static_cast<left_open&&>(span)},
          operation_(meta::telling(
              [&]() -> connected<Names, Sender, Receiver> {
                  return Names::connect(static_cast<Sender&&>(sender), watching_receiver<Names, Receiver>(to_));
              },
              [&]() noexcept { to_.span.fail(); })) {}
    watched_operation(watched_operation const&) = delete;  // the operation within knows it by its address
    watched_operation& operator=(watched_operation const&) = delete;

    void start() & noexcept {
        auto* const scope = to_.span.scope();
        if (scope == nullptr) { return Names::start(operation_); }
        kept_scope const kept(*scope);
        // Goes when the span ends here: what comes next is not the call's.
        context_impl::resumed_scope const within(*scope);
        Names::start(operation_);
    }

private:
    watched_completion<Receiver> to_;
    connected<Names, Sender, Receiver> operation_;
};

// What a sender completes with, where that can be told: `Env` is empty, or the environment of who will receive it.
template <class Names, class Sender, class... Env>
struct signatures {};
template <class Names, class Sender>
    requires requires { typename Names::template signatures<Sender>; }
struct signatures<Names, Sender> : std::type_identity<typename Names::template signatures<Sender>> {};
template <class Names, class Sender, class Env>
    requires requires { typename Names::template signatures_in<Sender, Env>; }
struct signatures<Names, Sender, Env> : std::type_identity<typename Names::template signatures_in<Sender, Env>> {};

}  // namespace call_impl

/// A sender with the completions and the environment of the one that it was made of, which ends the span of the call that
/// returned it when it completes: with the values as output (one as it is, several as items; pointers are not read), with
/// the error as the span's (an exception's "Type: what", an error code's message, else its type), or stopped, as
/// "cancelled". What is received next is received after that, untouched. The span begins with the call, not with `start`;
/// what `start` does on its thread is within it. Without a decorated callable around the call that returned it, and where
/// nothing is recorded, it is the sender and no more.
/// *Requires*: to be connected, it is moved in: a span ends once.
/// *Errors*: what `connect` throws goes through, and is the span's error.
/// *Units and bounds*: allocates nothing of its own, but once for each further call that returned the same sender.
/// *Thread safety*: as the sender's.
/// *Cancellation*: destroyed before it was connected, or its operation before it completed, the span has status `error`,
/// "cancelled".
/// *Source*: P2300R10, with its customisation by members; later drafts' static `get_completion_signatures` too.
template <class Sender>
class [[nodiscard]] watched_sender {
    using names = call_impl::senders_of<Sender>;

public:
    using sender_concept = typename names::sender_concept;

    explicit watched_sender(Sender sender) noexcept(std::is_nothrow_move_constructible_v<Sender>)
        : sender_(static_cast<Sender&&>(sender)) {}

    [[nodiscard]] auto get_env() const noexcept -> decltype(names::get_env(std::declval<Sender const&>())) {
        return names::get_env(sender_);
    }

    template <class Env>
    [[nodiscard]] constexpr auto get_completion_signatures(Env const&) const noexcept ->
        typename call_impl::signatures<names, Sender, Env>::type {
        return {};
    }
    template <class Self, class... Env>
    [[nodiscard]] static consteval auto get_completion_signatures() noexcept ->
        typename call_impl::signatures<names, Sender, Env...>::type {
        return {};
    }

    template <class Receiver>
        requires requires { typename call_impl::connected<names, Sender, Receiver>; }
    [[nodiscard]] auto connect(Receiver receiver) && -> call_impl::watched_operation<names, Sender, Receiver> {
        return {static_cast<Sender&&>(sender_), static_cast<Receiver&&>(receiver), static_cast<left_open&&>(span_)};
    }

    /// For decorated callables: the span stays open here.
    void sonde_watch(left_open&& span) noexcept { span_.add(static_cast<left_open&&>(span)); }

private:
    Sender sender_;
    left_open span_;  // behind the sender, so that it ends first
};

/// `return sonde::watch(sender);`: the span of the call ends when the sender completes, to whomever it is connected.
/// *Requires*: the standard's senders, those of stdexec included before, or others that `sonde_senders` is declared for.
/// *Emits*: nothing of its own. The call's `call_finished` comes when the work is done.
template <call_impl::watchable_sender Given>
auto watch(Given&& given) {
    return watched_sender<std::remove_cvref_t<Given>>(static_cast<Given&&>(given));
}

}  // namespace sonde

#endif
