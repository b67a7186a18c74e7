// SPDX-License-Identifier: MIT
// A stand-in for a library of senders: P2300R10's names and member customisations, and the algorithms that tests use.
#ifndef SONDE_TESTS_SUPPORT_SENDERS_HPP
#define SONDE_TESTS_SUPPORT_SENDERS_HPP

#include <sonde/meta/catching.hpp>

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::tests::senders {

struct sender_t {};
struct receiver_t {};
struct operation_state_t {};
struct empty_env {};

// Completions are noexcept, return nothing, and take the receiver as an rvalue.
struct set_value_t {
    template <class Receiver, class... Values>
        requires(!std::is_lvalue_reference_v<Receiver>) && requires(Receiver&& receiver, Values&&... values) {
            { std::move(receiver).set_value(std::forward<Values>(values)...) } noexcept -> std::same_as<void>;
        }
    void operator()(Receiver&& receiver, Values&&... values) const noexcept {
        std::move(receiver).set_value(std::forward<Values>(values)...);
    }
};
struct set_error_t {
    template <class Receiver, class Error>
        requires(!std::is_lvalue_reference_v<Receiver>) && requires(Receiver&& receiver, Error&& error) {
            { std::move(receiver).set_error(std::forward<Error>(error)) } noexcept -> std::same_as<void>;
        }
    void operator()(Receiver&& receiver, Error&& error) const noexcept {
        std::move(receiver).set_error(std::forward<Error>(error));
    }
};
struct set_stopped_t {
    template <class Receiver>
        requires(!std::is_lvalue_reference_v<Receiver>) && requires(Receiver&& receiver) {
            { std::move(receiver).set_stopped() } noexcept -> std::same_as<void>;
        }
    void operator()(Receiver&& receiver) const noexcept {
        std::move(receiver).set_stopped();
    }
};
struct get_env_t {
    template <class Provider>
    decltype(auto) operator()(Provider const& provider) const noexcept {
        if constexpr (requires { provider.get_env(); }) {
            static_assert(noexcept(provider.get_env()));
            return provider.get_env();
        } else {
            return empty_env{};
        }
    }
};
struct start_t {
    template <class Operation>
        requires requires(Operation& operation) {
            { operation.start() } noexcept -> std::same_as<void>;
        }
    void operator()(Operation& operation) const noexcept {
        operation.start();
    }
};
inline constexpr set_value_t set_value;
inline constexpr set_error_t set_error;
inline constexpr set_stopped_t set_stopped;
inline constexpr get_env_t get_env;
inline constexpr start_t start;

template <class Provider>
using env_of_t = std::remove_cvref_t<decltype(get_env(std::declval<Provider const&>()))>;

// Not the standard's, which libc++ has only as an experiment.
class stop_token {
public:
    stop_token() noexcept = default;
    explicit stop_token(std::atomic<bool> const& of) noexcept : of_(&of) {}
    [[nodiscard]] bool stop_requested() const noexcept { return of_ != nullptr && *of_; }

private:
    std::atomic<bool> const* of_ = nullptr;
};

// Queries: of a scheduler's name, and of the stop token, which only works that were begun with one have.
struct get_name_t {};
struct get_stop_token_t {};
template <class Env>
stop_token stop_token_of(Env const& env) noexcept {
    if constexpr (requires { env.query(get_stop_token_t{}); }) {
        return env.query(get_stop_token_t{});
    } else {
        return {};
    }
}

template <class... Signatures>
struct completion_signatures {};

template <class Sender, class Env = empty_env>
struct signatures_of {};
template <class Sender, class Env>
    requires requires { std::declval<Sender>().get_completion_signatures(std::declval<Env>()); }
struct signatures_of<Sender, Env>
    : std::type_identity<decltype(std::declval<Sender>().get_completion_signatures(std::declval<Env>()))> {};
template <class Sender, class Env>
    requires(!requires { std::declval<Sender>().get_completion_signatures(std::declval<Env>()); }) &&
            requires { typename std::remove_cvref_t<Sender>::completion_signatures; }
struct signatures_of<Sender, Env> : std::type_identity<typename std::remove_cvref_t<Sender>::completion_signatures> {};
template <class Sender, class Env = empty_env>
using completion_signatures_of_t = typename signatures_of<Sender, Env>::type;

template <class Sender>
concept sender = std::derived_from<typename std::remove_cvref_t<Sender>::sender_concept, sender_t> &&
                 std::move_constructible<std::remove_cvref_t<Sender>> &&
                 std::constructible_from<std::remove_cvref_t<Sender>, Sender>;
template <class Receiver>
concept receiver = std::derived_from<typename std::remove_cvref_t<Receiver>::receiver_concept, receiver_t> &&
                   std::is_nothrow_move_constructible_v<std::remove_cvref_t<Receiver>>;
template <class Operation>
concept operation_state = std::derived_from<typename Operation::operation_state_concept, operation_state_t> &&
                          std::is_object_v<Operation> && requires(Operation& operation) { start(operation); };

template <class Receiver, class Signature>
inline constexpr bool accepts = false;
template <class Receiver, class Tag, class... Args>
inline constexpr bool accepts<Receiver, Tag(Args...)> = std::invocable<Tag const&, Receiver, Args...>;
template <class Receiver, class Signatures>
inline constexpr bool accepts_all = false;
template <class Receiver, class... Signatures>
inline constexpr bool accepts_all<Receiver, completion_signatures<Signatures...>> =
    (accepts<Receiver, Signatures> && ...);

struct connect_t {
    template <sender Sender, receiver Receiver>
        requires requires(Sender&& from, Receiver&& to) {
            std::forward<Sender>(from).connect(std::forward<Receiver>(to));
        }
    auto operator()(Sender&& from, Receiver&& to) const
        noexcept(noexcept(std::forward<Sender>(from).connect(std::forward<Receiver>(to)))) {
        using operation = decltype(std::forward<Sender>(from).connect(std::forward<Receiver>(to)));
        static_assert(operation_state<operation>);
        static_assert(
            accepts_all<std::remove_cvref_t<Receiver>, completion_signatures_of_t<Sender, env_of_t<Receiver>>>);
        return std::forward<Sender>(from).connect(std::forward<Receiver>(to));
    }
};
inline constexpr connect_t connect;
template <class Sender, class Receiver>
using connect_result_t = decltype(connect(std::declval<Sender>(), std::declval<Receiver>()));

/// Completes at once with what it was given, as rvalues.
template <class Tag, class... Values>
struct just_sender {
    using sender_concept = sender_t;
    using completion_signatures = senders::completion_signatures<Tag(Values...)>;
    std::tuple<Values...> values;

    template <class Receiver>
    struct operation {
        using operation_state_concept = operation_state_t;
        Receiver receiver;
        std::tuple<Values...> values;
        void start() & noexcept {
            std::apply([this](Values&... each) { Tag{}(std::move(receiver), std::move(each)...); }, values);
        }
    };
    template <class Receiver>
    operation<Receiver> connect(Receiver receiver) && {
        return {std::move(receiver), std::move(values)};
    }
    template <class Receiver>
    operation<Receiver> connect(Receiver receiver) const& {
        return {std::move(receiver), values};
    }
};
template <class... Values>
just_sender<set_value_t, std::decay_t<Values>...> just(Values&&... values) {
    return {{std::forward<Values>(values)...}};
}
template <class Error>
just_sender<set_error_t, std::decay_t<Error>> just_error(Error&& error) {
    return {{std::forward<Error>(error)}};
}
inline just_sender<set_stopped_t> just_stopped() { return {}; }

template <class Function>
struct closure {
    Function function;
    template <sender Sender>
    friend auto operator|(Sender&& from, closure self) {
        return self.function(std::forward<Sender>(from));
    }
};

// One after the other; each at most once is not needed here.
template <class... Lists>
struct joined;
template <class... Signatures>
struct joined<completion_signatures<Signatures...>> : std::type_identity<completion_signatures<Signatures...>> {};
template <class... Left, class... Right, class... Rest>
struct joined<completion_signatures<Left...>, completion_signatures<Right...>, Rest...>
    : joined<completion_signatures<Left..., Right...>, Rest...> {};

template <class Function, class Signature>
struct mapped : std::type_identity<completion_signatures<Signature>> {};
template <class Function, class... Values>
    requires std::is_void_v<std::invoke_result_t<Function, Values...>>
struct mapped<Function, set_value_t(Values...)>
    : std::type_identity<completion_signatures<set_value_t(), set_error_t(std::exception_ptr)>> {};
template <class Function, class... Values>
    requires(!std::is_void_v<std::invoke_result_t<Function, Values...>>)
struct mapped<Function, set_value_t(Values...)>
    : std::type_identity<completion_signatures<set_value_t(std::invoke_result_t<Function, Values...>),
                                               set_error_t(std::exception_ptr)>> {};
template <class Function, class List>
struct mapped_all;
template <class Function, class... Signatures>
struct mapped_all<Function, completion_signatures<Signatures...>>
    : joined<typename mapped<Function, Signatures>::type...> {};

/// Completes with what the function makes of the values.
template <class Sender, class Function>
struct then_sender {
    using sender_concept = sender_t;
    Sender from;
    Function function;

    template <class Receiver>
    struct inner {
        using receiver_concept = receiver_t;
        Receiver receiver;
        Function function;
        template <class... Values>
        void set_value(Values&&... values) && noexcept {
            meta::catching(
                [&] {
                    if constexpr (std::is_void_v<std::invoke_result_t<Function, Values...>>) {
                        std::move(function)(std::forward<Values>(values)...);
                        senders::set_value(std::move(receiver));
                    } else {
                        senders::set_value(std::move(receiver), std::move(function)(std::forward<Values>(values)...));
                    }
                },
                [&] { senders::set_error(std::move(receiver), std::current_exception()); });
        }
        template <class Error>
        void set_error(Error&& error) && noexcept {
            senders::set_error(std::move(receiver), std::forward<Error>(error));
        }
        void set_stopped() && noexcept
            requires std::invocable<set_stopped_t, Receiver>
        {
            senders::set_stopped(std::move(receiver));
        }
        [[nodiscard]] decltype(auto) get_env() const noexcept { return senders::get_env(receiver); }
    };

    template <class Env>
    auto get_completion_signatures(Env const&) const ->
        typename mapped_all<Function, completion_signatures_of_t<Sender, Env>>::type {
        return {};
    }
    [[nodiscard]] decltype(auto) get_env() const noexcept { return senders::get_env(from); }
    template <class Receiver>
    connect_result_t<Sender, inner<Receiver>> connect(Receiver receiver) && {
        return senders::connect(std::move(from), inner<Receiver>{std::move(receiver), std::move(function)});
    }
};
template <sender Sender, class Function>
then_sender<std::remove_cvref_t<Sender>, Function> then(Sender&& from, Function function) {
    return {std::forward<Sender>(from), std::move(function)};
}
template <class Function>
auto then(Function function) {
    return closure{[function = std::move(function)]<class Sender>(Sender&& from) mutable {
        return senders::then(std::forward<Sender>(from), std::move(function));
    }};
}

/// Work that waits for a thread: what is scheduled completes within `run`, on the thread that called it, or stopped if that
/// was asked for meanwhile. *Thread safety*: any.
class run_loop {
    struct task {
        virtual void run() noexcept = 0;

    protected:
        ~task() = default;
    };

public:
    struct attributes {
        run_loop* loop;
        [[nodiscard]] run_loop* query(get_name_t) const noexcept { return loop; }
    };
    template <class Receiver>
    struct operation final : task {
        using operation_state_concept = operation_state_t;
        run_loop* loop;
        Receiver receiver;
        operation(run_loop* on, Receiver to) : loop(on), receiver(std::move(to)) {}
        operation(operation const&) = delete;
        void start() & noexcept { loop->push(*this); }
        void run() noexcept override {
            if (stop_token_of(senders::get_env(receiver)).stop_requested()) {
                senders::set_stopped(std::move(receiver));
            } else {
                senders::set_value(std::move(receiver));
            }
        }
    };
    struct schedule_sender {
        using sender_concept = sender_t;
        using completion_signatures = senders::completion_signatures<set_value_t(), set_stopped_t()>;
        run_loop* loop;
        template <class Receiver>
        operation<Receiver> connect(Receiver receiver) const {
            return {loop, std::move(receiver)};
        }
        [[nodiscard]] attributes get_env() const noexcept { return {loop}; }
    };
    [[nodiscard]] schedule_sender schedule() noexcept { return {this}; }

    /// Runs what is there, and what comes, until `finish`.
    void run() {
        for (task* next = pop(); next != nullptr; next = pop()) { next->run(); }
    }
    void finish() {
        std::unique_lock const lock(mutex_);
        finished_ = true;
        changed_.notify_all();
    }

private:
    void push(task& one) noexcept {
        std::unique_lock const lock(mutex_);
        tasks_.push_back(&one);
        changed_.notify_one();
    }
    task* pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return finished_ || !tasks_.empty(); });
        if (tasks_.empty()) { return nullptr; }
        auto* const first = tasks_.front();
        tasks_.pop_front();
        return first;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<task*> tasks_;
    bool finished_ = false;
};

}  // namespace sonde::tests::senders

#endif
