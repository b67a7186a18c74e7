// SPDX-License-Identifier: MIT
// What co_await makes of its operand, by its coroutine's promise.
#include "support/catch.hpp"
#include "support/generators.hpp"
#include "support/tasks.hpp"

#include <sonde/async/awaiter.hpp>

#include <coroutine>
#include <type_traits>

namespace {

using namespace sonde::tests;

// Awaitable, but no coroutine: nobody could make another.
struct awaited_only {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) const noexcept;
    int await_resume() const noexcept;
};
using sonde::async_impl::awaitable_in;
using sonde::async_impl::awaited_t;
using sonde::async_impl::transforms;
using lazy_promise = lazy<int>::promise_type;
using templated_promise = templated_lazy<int>::promise_type;
using generator_promise = generator<int>::promise_type;

static_assert(!transforms<lazy_promise>);
static_assert(transforms<templated_promise>);
static_assert(transforms<generator_promise>);
static_assert(awaitable_in<lazy<int>, lazy_promise>);
static_assert(awaitable_in<lazy<int>&, lazy_promise>);
static_assert(awaitable_in<awaited_only const&, lazy_promise>);
static_assert(awaitable_in<awaited_only, templated_promise>);
static_assert(awaitable_in<read_environment, templated_promise>);
static_assert(!awaitable_in<read_environment, lazy_promise>);
static_assert(!awaitable_in<awaited_only, generator_promise>);  // it refuses all
static_assert(!awaitable_in<int, lazy_promise>);
static_assert(!awaitable_in<eager<int>&, lazy_promise>);  // it is awaited as an rvalue only
static_assert(std::is_same_v<awaited_t<lazy_promise, lazy<int>>, int>);
static_assert(std::is_same_v<awaited_t<lazy_promise, lazy<int>&>, int&>);
static_assert(std::is_same_v<awaited_t<lazy_promise, lazy<void>>, void>);
static_assert(std::is_same_v<awaited_t<templated_promise, read_environment>, int>);

}  // namespace

TEST_CASE("the kinds are known when it is compiled") { SUCCEED(); }
