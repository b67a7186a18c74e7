// SPDX-License-Identifier: MIT
// What a callable's result is, read off its promise.
#include "support/catch.hpp"
#include "support/generators.hpp"
#include "support/tasks.hpp"

#include <sonde/async/awaiter.hpp>
#include <sonde/async/traits.hpp>

#include <coroutine>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using namespace sonde::tests;
using sonde::async_kind;
using sonde::async_kind_of;

// Awaitable, but no coroutine: nobody could make another.
struct awaited_only {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>) const noexcept;
    int await_resume() const noexcept;
};
// A coroutine that nobody can await.
struct detached {
    struct promise_type {
        detached get_return_object() noexcept;
        std::suspend_never initial_suspend() const noexcept;
        std::suspend_never final_suspend() const noexcept;
        void return_void() const noexcept;
        void unhandled_exception() const noexcept;
    };
};
struct misread : lazy<int> {};

}  // namespace

template <>
struct sonde::async_traits<misread> {
    static constexpr auto kind = sonde::async_kind::plain;
};

namespace {

static_assert(async_kind_of<lazy<int>> == async_kind::awaitable);
static_assert(async_kind_of<lazy<void>> == async_kind::awaitable);
static_assert(async_kind_of<lazy<int&>, std::string> == async_kind::awaitable);
static_assert(async_kind_of<lazy<std::unique_ptr<int>>> == async_kind::awaitable);
static_assert(async_kind_of<eager<int>> == async_kind::awaitable);
static_assert(async_kind_of<templated_lazy<int>> == async_kind::awaitable);
static_assert(async_kind_of<traits_task<int>, int, char> == async_kind::awaitable);
static_assert(async_kind_of<generator<int>> == async_kind::generator);
static_assert(async_kind_of<generator<int&>> == async_kind::generator);
static_assert(async_kind_of<generator<std::unique_ptr<int>>> == async_kind::generator);
static_assert(async_kind_of<async_generator<int>> == async_kind::async_generator);
static_assert(async_kind_of<async_generator<int&>> == async_kind::async_generator);
static_assert(async_kind_of<async_generator<std::unique_ptr<int>>> == async_kind::async_generator);
static_assert(async_kind_of<int> == async_kind::plain);
static_assert(async_kind_of<void> == async_kind::plain);
static_assert(async_kind_of<lazy<int>&> == async_kind::plain);
static_assert(async_kind_of<std::vector<int>> == async_kind::plain);
static_assert(async_kind_of<std::optional<int>> == async_kind::plain);
static_assert(async_kind_of<std::future<int>> == async_kind::plain);
static_assert(async_kind_of<awaited_only> == async_kind::plain);
static_assert(async_kind_of<detached> == async_kind::plain);
static_assert(async_kind_of<misread> == async_kind::plain);

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
