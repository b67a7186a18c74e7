// SPDX-License-Identifier: MIT
// An executor for Asio that takes the current context along: through handlers, timers, sockets and coroutines.
#ifndef SONDE_ASYNC_ASIO_HPP
#define SONDE_ASYNC_ASIO_HPP

#include <sonde/context/carried_context.hpp>

// Boost's, unless it is missing, or standalone Asio is what was included already.
#if !__has_include(<boost/asio/execution.hpp>) || (defined(ASIO_DETAIL_CONFIG_HPP) && !defined(BOOST_ASIO_DETAIL_CONFIG_HPP))
#include <asio/execution.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>
namespace sonde::async_impl {
namespace net = ::asio;
}
#else
#include <boost/asio/execution.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
namespace sonde::async_impl {
namespace net = ::boost::asio;
}
#endif

#include <concepts>
#include <type_traits>
#include <utility>

namespace sonde {

namespace async_impl {

/// A function submitted to an executor, and the context to run it in.
template <class Function>
struct submitted {
    carried_context where;
    Function function;

    void operator()() {
        where.run([&] {
            if constexpr (std::invocable<Function&>) {
                static_cast<void>(function());
            } else {
                static_cast<void>(static_cast<Function&&>(function)());
            }
        });
    }
};

namespace either_way {
using namespace net::execution;

// Newer executors of Asio have it as a member; with older ones that is private, and a function of Asio's calls it, which
// newer versions don't have.
template <class Executor, class Function>
void give_to(Executor const& executor, Function&& function) {
    if constexpr (requires { executor.execute(static_cast<Function&&>(function)); }) {
        executor.execute(static_cast<Function&&>(function));
    } else {
        execute(executor, static_cast<Function&&>(function));
    }
}
}  // namespace either_way

// What an executor is asked to become; any_executor asks through prefer_only.
template <class Property>
struct asked : std::type_identity<Property> {};
template <class Property>
struct asked<net::execution::prefer_only<Property>> : std::type_identity<Property> {};
template <class Property, class Wanted>
concept asks_for = std::is_convertible_v<typename asked<Property>::type, Wanted>;

template <class Type>
inline constexpr bool is_context_executor = false;

using tracked = net::execution::outstanding_work_t::tracked_t;
using untracked = net::execution::outstanding_work_t::untracked_t;

}  // namespace async_impl

/// Wraps an Asio executor: what is submitted through it runs in the context that was current where it was submitted, and an
/// asynchronous operation's handler that is associated with it in the one that was current where the operation began.
/// Whatever thread it runs on has its own context again afterwards.
///   `co_spawn(context_executor(io.get_executor()), work(), detached)`: after each `co_await` of an operation, `work` is in
/// the context that it was in before.
/// It goes where `Executor` goes: into `any_io_executor`, `awaitable<T, context_executor<E>>`, timers and sockets, `bind_executor`.
/// Over a strand it is `context_executor(make_strand(io))`. The other way round, a strand over it, runs what is queued
/// together in the context of the first: Asio gives the inner executor but one function for all.
/// How an operation's context is kept: Asio takes `prefer(executor, outstanding_work.tracked)` when one begins. An executor
/// got by that keeps the context of that moment for all that is submitted through it; `outstanding_work.untracked` ends it.
/// A span opened by hand in a coroutine is its current one again behind `co_await`, until it ends.
/// *Requires*: `Executor` is an Asio executor (`execution::is_executor`). Tested with Boost 1.81.
/// *Errors*: what `Executor` throws; handlers' exceptions go through. *Units and bounds*: a function submitted is 48 bytes
/// larger; one allocation if spans opened by hand are open, of which it knows the innermost 8.
/// *Thread safety*: as `Executor`. *Cancellation*: as without it: a cancelled operation's
/// handler runs in the operation's context too.
/// *Example*: docs/examples/asio_coroutines.cpp
template <class Executor>
    requires async_impl::net::execution::is_executor<Executor>::value
class context_executor {
    template <class Property>
    using query_result = typename async_impl::net::query_result<Executor const&, Property>::type;
    template <class Property>
    using require_result = std::decay_t<typename async_impl::net::require_result<Executor const&, Property>::type>;
    template <class Property>
    using prefer_result = std::decay_t<typename async_impl::net::prefer_result<Executor const&, Property>::type>;

public:
    using inner_executor_type = Executor;

    context_executor()
        requires std::default_initializable<Executor>
    = default;
    // Not asked for a context_executor: any_io_executor would ask back whether that is an executor.
    template <class Given>
        requires(!async_impl::is_context_executor<std::remove_cvref_t<Given>> && std::convertible_to<Given, Executor>)
    explicit context_executor(Given&& inner) : executor_(static_cast<Given&&>(inner)) {}
    template <class Other>
        requires(!std::same_as<Other, Executor> && std::convertible_to<Other const&, Executor>)
    context_executor(context_executor<Other> const& other)
        : executor_(other.executor_), keeps_(other.keeps_), kept_(other.kept_) {}

    [[nodiscard]] Executor const& get_inner_executor() const noexcept { return executor_; }

    template <class Function>
        requires(std::invocable<std::decay_t<Function>&> || std::invocable<std::decay_t<Function>>)
    void execute(Function&& function) const {
        async_impl::either_way::give_to(executor_, submit(static_cast<Function&&>(function)));
    }

    template <class Property>
        requires async_impl::net::can_query<Executor const&, Property>::value
    [[nodiscard]] query_result<Property> query(Property const& property) const
        noexcept(async_impl::net::is_nothrow_query<Executor const&, Property>::value) {
        return async_impl::net::query(executor_, property);
    }
    template <class Property>
        requires async_impl::net::can_require<Executor const&, Property>::value
    [[nodiscard]] context_executor<require_result<Property>> require(Property const& property) const
        noexcept(async_impl::net::is_nothrow_require<Executor const&, Property>::value) {
        return become<Property, require_result<Property>>(async_impl::net::require(executor_, property));
    }
    template <class Property>
        requires async_impl::net::can_prefer<Executor const&, Property>::value
    [[nodiscard]] context_executor<prefer_result<Property>> prefer(Property const& property) const
        noexcept(async_impl::net::is_nothrow_prefer<Executor const&, Property>::value) {
        return become<Property, prefer_result<Property>>(async_impl::net::prefer(executor_, property));
    }

    // The members of Asio's older executors, where the inner one has them.
    [[nodiscard]] auto& context() const noexcept
        requires requires(Executor const& inner) { inner.context(); }
    {
        return executor_.context();
    }
    void on_work_started() const noexcept
        requires requires(Executor const& inner) { inner.on_work_started(); }
    {
        executor_.on_work_started();
    }
    void on_work_finished() const noexcept
        requires requires(Executor const& inner) { inner.on_work_finished(); }
    {
        executor_.on_work_finished();
    }
    template <class Function, class Allocator>
        requires requires(Executor const& inner, async_impl::submitted<std::decay_t<Function>>&& with,
                          Allocator const& allocator) { inner.dispatch(std::move(with), allocator); }
    void dispatch(Function&& function, Allocator const& allocator) const {
        executor_.dispatch(submit(static_cast<Function&&>(function)), allocator);
    }
    template <class Function, class Allocator>
        requires requires(Executor const& inner, async_impl::submitted<std::decay_t<Function>>&& with,
                          Allocator const& allocator) { inner.post(std::move(with), allocator); }
    void post(Function&& function, Allocator const& allocator) const {
        executor_.post(submit(static_cast<Function&&>(function)), allocator);
    }
    template <class Function, class Allocator>
        requires requires(Executor const& inner, async_impl::submitted<std::decay_t<Function>>&& with,
                          Allocator const& allocator) { inner.defer(std::move(with), allocator); }
    void defer(Function&& function, Allocator const& allocator) const {
        executor_.defer(submit(static_cast<Function&&>(function)), allocator);
    }

    /// The same executor, with the same effect.
    [[nodiscard]] friend bool operator==(context_executor const& a, context_executor const& b) noexcept {
        return a.executor_ == b.executor_ && a.keeps_ == b.keeps_ &&
               a.kept_.innermost().trace_id() == b.kept_.innermost().trace_id() &&
               a.kept_.innermost().span_id() == b.kept_.innermost().span_id() &&
               a.kept_.innermost().run().id() == b.kept_.innermost().run().id();
    }

private:
    template <class Other>
        requires async_impl::net::execution::is_executor<Other>::value
    friend class context_executor;

    context_executor(Executor executor, bool keeps, carried_context kept) noexcept
        : executor_(std::move(executor)), keeps_(keeps), kept_(std::move(kept)) {}

    template <class Function>
    [[nodiscard]] async_impl::submitted<std::decay_t<Function>> submit(Function&& function) const {
        return {keeps_ ? kept_ : carried_context::current(), static_cast<Function&&>(function)};
    }
    template <class Property, class Other>
    [[nodiscard]] context_executor<Other> become(Other inner) const noexcept {
        if constexpr (async_impl::asks_for<Property, async_impl::tracked>) {
            return {std::move(inner), true, carried_context::current()};
        } else if constexpr (async_impl::asks_for<Property, async_impl::untracked>) {
            return {std::move(inner), false, {}};
        } else {
            return {std::move(inner), keeps_, kept_};
        }
    }

    Executor executor_;
    bool keeps_ = false;
    carried_context kept_;
};

template <class Executor>
    requires(!async_impl::is_context_executor<Executor>)
context_executor(Executor) -> context_executor<Executor>;

namespace async_impl {
template <class Executor>
inline constexpr bool is_context_executor<context_executor<Executor>> = true;
}

}  // namespace sonde

#endif
