// SPDX-License-Identifier: MIT
// Generators for tests, written as other libraries write theirs: they know nothing of what is tested with them.
#ifndef SONDE_TESTS_SUPPORT_GENERATORS_HPP
#define SONDE_TESTS_SUPPORT_GENERATORS_HPP

#include "support/tasks.hpp"

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace sonde::tests {

/// In the shape of `std::generator`: an input range of `T&&`, or of `T` where that is a reference; what is yielded is
/// referred to, and only an lvalue of a `T` that is none is copied.
template <class T, class Frames = ordinary_frames>
class [[nodiscard]] generator : public std::ranges::view_interface<generator<T, Frames>> {
    using reference = std::conditional_t<std::is_reference_v<T>, T, T&&>;
    using value = std::remove_cvref_t<T>;
    using object = std::remove_reference_t<T>;

public:
    class promise_type : public Frames {
        struct hold_copy {
            value copy;
            bool await_ready() const noexcept { return false; }
            void await_suspend(std::coroutine_handle<promise_type> own) noexcept {
                own.promise().yielded = std::addressof(copy);
            }
            void await_resume() const noexcept {}
        };

    public:
        generator get_return_object() noexcept {
            return generator(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        std::suspend_always yield_value(reference given) noexcept {
            yielded = std::addressof(given);
            return {};
        }
        hold_copy yield_value(object const& given)
            requires(!std::is_lvalue_reference_v<T> && std::copy_constructible<value>)
        {
            return {given};
        }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { error = std::current_exception(); }
        void await_transform() = delete;  // its consumer doesn't wait

        object* yielded = nullptr;
        std::exception_ptr error;
    };

    class iterator {
    public:
        using value_type = value;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        explicit iterator(std::coroutine_handle<promise_type> of) noexcept : coroutine_(of) {}
        iterator(iterator&&) = default;
        iterator& operator=(iterator&&) = default;

        reference operator*() const noexcept { return static_cast<reference>(*coroutine_.promise().yielded); }
        iterator& operator++() {
            advance(coroutine_);
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(iterator const& at, std::default_sentinel_t) noexcept { return at.coroutine_.done(); }

    private:
        std::coroutine_handle<promise_type> coroutine_;
    };

    iterator begin() {
        advance(coroutine_.get());
        return iterator(coroutine_.get());
    }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    static void advance(std::coroutine_handle<promise_type> coroutine) {
        coroutine.resume();
        if (auto const error = std::exchange(coroutine.promise().error, nullptr)) { std::rethrow_exception(error); }
    }

    explicit generator(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    owned_coroutine<promise_type> coroutine_;
};

/// A generator that may wait: `co_await gen.next()` points to the next value, good until the next one is asked for, and is
/// null at the end.
template <class T, class Frames = ordinary_frames>
class [[nodiscard]] async_generator {
    using object = std::remove_reference_t<T>;

public:
    class promise_type : public Frames {
        struct resume_consumer {
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                return own.promise().consumer;
            }
            void await_resume() const noexcept {}
        };

    public:
        async_generator get_return_object() noexcept {
            return async_generator(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        resume_consumer final_suspend() noexcept {
            yielded = nullptr;
            return {};
        }
        resume_consumer yield_value(object& given) noexcept {
            yielded = std::addressof(given);
            return {};
        }
        resume_consumer yield_value(object&& given) noexcept
            requires(!std::is_reference_v<T>)
        {
            yielded = std::addressof(given);
            return {};
        }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { error = std::current_exception(); }

        object* yielded = nullptr;
        std::exception_ptr error;
        std::coroutine_handle<> consumer;
    };

    struct next_value {
        std::coroutine_handle<promise_type> from;

        bool await_ready() const noexcept { return from.done(); }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
            from.promise().consumer = consumer;
            return from;
        }
        object* await_resume() const {
            if (auto const error = std::exchange(from.promise().error, nullptr)) { std::rethrow_exception(error); }
            return from.promise().yielded;
        }
    };
    [[nodiscard]] next_value next() noexcept { return {coroutine_.get()}; }

private:
    explicit async_generator(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    owned_coroutine<promise_type> coroutine_;
};

}  // namespace sonde::tests

#endif
