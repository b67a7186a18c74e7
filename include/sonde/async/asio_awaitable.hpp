// SPDX-License-Identifier: MIT
// Boost.Asio's awaitable takes its context along where a coroutine's first parameter is one.
#ifndef SONDE_ASYNC_ASIO_AWAITABLE_HPP
#define SONDE_ASYNC_ASIO_AWAITABLE_HPP

#include <sonde/async/propagating_promise.hpp>

#include <boost/version.hpp>

#include <coroutine>

// Asio specialises the traits for its type, with whatever parameters; only what names both the type and the parameter
// comes before that. Declared here, so that the order of includes does not matter, as far as it is known to be declared so:
// from 1.91 on it may be in a namespace within. For later ones there is <sonde/async/asio.hpp>.
#if BOOST_VERSION < 109100
namespace boost::asio {
template <typename, typename>
class awaitable;
}  // namespace boost::asio

template <class T, class Executor, sonde::async_impl::is_context Context, class... Args>
struct std::coroutine_traits<boost::asio::awaitable<T, Executor>, Context, Args...> {
    using promise_type = sonde::propagating_promise<
        typename std::coroutine_traits<boost::asio::awaitable<T, Executor>, Args...>::promise_type,
        boost::asio::awaitable<T, Executor>>;
};
template <class T, class Executor, class Self, sonde::async_impl::is_context Context, class... Args>
    requires(!sonde::async_impl::is_context<Self>)
struct std::coroutine_traits<boost::asio::awaitable<T, Executor>, Self, Context, Args...> {
    using promise_type = sonde::propagating_promise<
        typename std::coroutine_traits<boost::asio::awaitable<T, Executor>, Self, Args...>::promise_type,
        boost::asio::awaitable<T, Executor>>;
};
#endif

#endif
