// SPDX-License-Identifier: MIT
// Coroutine types for tests, written as other libraries write theirs: they know nothing of what is tested with them.
#ifndef SONDE_TESTS_SUPPORT_TASKS_HPP
#define SONDE_TESTS_SUPPORT_TASKS_HPP

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace sonde::tests {

/// What `co_await` asks of an expression: its `operator co_await`, member or free, or the awaiter itself.
template <class Awaitable>
decltype(auto) awaiter_of(Awaitable&& awaitable) {
    if constexpr (requires { static_cast<Awaitable&&>(awaitable).operator co_await(); }) {
        return static_cast<Awaitable&&>(awaitable).operator co_await();
    } else if constexpr (requires { operator co_await(static_cast<Awaitable&&>(awaitable)); }) {
        return operator co_await(static_cast<Awaitable&&>(awaitable));
    } else {
        return static_cast<Awaitable&&>(awaitable);
    }
}
template <class Awaitable>
concept awaitable = requires(Awaitable&& each) {
    { awaiter_of(static_cast<Awaitable&&>(each)).await_ready() } -> std::convertible_to<bool>;
    awaiter_of(static_cast<Awaitable&&>(each)).await_resume();
};
template <awaitable Awaitable>
using await_result = decltype(awaiter_of(std::declval<Awaitable>()).await_resume());

/// What a coroutine has come to: a base of its promise. `take()` moves a value out, `look()` refers to it.
class outcome_error {
public:
    void unhandled_exception() noexcept { error_ = std::current_exception(); }

protected:
    void rethrow() const {
        if (error_) { std::rethrow_exception(error_); }
    }

private:
    std::exception_ptr error_;
};
template <class T>
class outcome : public outcome_error {
public:
    template <class Value = T>
        requires std::constructible_from<T, Value>
    void return_value(Value&& value) {
        value_.emplace(static_cast<Value&&>(value));
    }
    T take() {
        rethrow();
        return std::move(*value_);
    }
    T& look() {
        rethrow();
        return *value_;
    }

private:
    std::optional<T> value_;
};
template <class T>
    requires std::is_reference_v<T>
class outcome<T> : public outcome_error {
public:
    void return_value(T value) noexcept { value_ = std::addressof(value); }
    T take() {
        rethrow();
        return static_cast<T>(*value_);
    }
    T look() { return take(); }

private:
    std::remove_reference_t<T>* value_ = nullptr;
};
template <>
class outcome<void> : public outcome_error {
public:
    void return_void() noexcept {}
    void take() { rethrow(); }
    void look() { rethrow(); }
};

/// Where a coroutine's frame comes from: a base of its promise. The second counts; all coroutines that have it together.
struct ordinary_frames {};
// Not inlined: g++ 12 would see the one half of each pair inlined and not the other, and warn of a mismatch.
struct counted_frames {
    static inline std::atomic<std::size_t> allocated = 0, freed = 0;

    [[gnu::noinline]] static void* operator new(std::size_t size) {
        ++allocated;
        return ::operator new(size);
    }
    [[gnu::noinline]] static void operator delete(void* frame, std::size_t size) noexcept {
        ++freed;
        ::operator delete(frame, size);
    }
};

/// Owns a coroutine that is suspended, or nothing.
template <class Promise>
class owned_coroutine {
public:
    explicit owned_coroutine(std::coroutine_handle<Promise> handle = nullptr) noexcept : handle_(handle) {}
    owned_coroutine(owned_coroutine&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    owned_coroutine& operator=(owned_coroutine other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~owned_coroutine() {
        if (handle_) { handle_.destroy(); }
    }
    [[nodiscard]] std::coroutine_handle<Promise> get() const noexcept { return handle_; }

private:
    std::coroutine_handle<Promise> handle_;
};

/// The end of a lazy coroutine: it goes on with whoever awaited it.
struct resume_continuation {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
        return done.promise().continuation;
    }
    void await_resume() const noexcept {}
};

/// What lazy coroutines have in common.
template <class T, class Frames = ordinary_frames>
struct lazy_promise : outcome<T>, Frames {
    std::suspend_always initial_suspend() const noexcept { return {}; }
    resume_continuation final_suspend() const noexcept { return {}; }
    std::coroutine_handle<> continuation = std::noop_coroutine();
};

/// Awaits a lazy coroutine, from a coroutine of any type. Await an rvalue and the result is moved out; an lvalue, and the
/// result is a reference to it.
template <class Promise, bool Move>
struct lazy_awaiter {
    std::coroutine_handle<Promise> lazy;

    bool await_ready() const noexcept { return lazy.done(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
        lazy.promise().continuation = consumer;
        return lazy;
    }
    decltype(auto) await_resume() const {
        if constexpr (Move) {
            return lazy.promise().take();
        } else {
            return lazy.promise().look();
        }
    }
};

/// Starts when it is awaited, and ends with its object, finished or not.
template <class T, class Frames = ordinary_frames>
class [[nodiscard]] lazy {
public:
    struct promise_type : lazy_promise<T, Frames> {
        lazy get_return_object() noexcept { return lazy(std::coroutine_handle<promise_type>::from_promise(*this)); }
    };

    auto operator co_await() && noexcept { return lazy_awaiter<promise_type, true>{coroutine_.get()}; }
    auto operator co_await() & noexcept { return lazy_awaiter<promise_type, false>{coroutine_.get()}; }
    [[nodiscard]] bool done() const noexcept { return coroutine_.get().done(); }

private:
    explicit lazy(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    owned_coroutine<promise_type> coroutine_;
};
template <class T>
using counted_lazy = lazy<T, counted_frames>;

/// Starts at the call, and may be awaited once, from any thread. Destroyed before its end it goes on, and nobody is told.
template <class T, class Frames = ordinary_frames>
class [[nodiscard]] eager {
public:
    struct promise_type : outcome<T>, Frames {
        struct meet_consumer {
            bool await_ready() const noexcept { return false; }
            // Once it says that it is done, another thread may destroy it: nothing of it is touched after that.
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                auto* const before = own.promise().state.exchange(done(), std::memory_order_acq_rel);
                if (before == abandoned()) {
                    own.destroy();
                    return std::noop_coroutine();
                }
                return before == nullptr ? std::noop_coroutine() : std::coroutine_handle<>::from_address(before);
            }
            void await_resume() const noexcept {}
        };

        eager get_return_object() noexcept { return eager(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        meet_consumer final_suspend() const noexcept { return {}; }

        std::atomic<void*> state = nullptr;  // null: it runs; an address: and that coroutine awaits it
    };

    eager(eager&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    eager& operator=(eager&&) = delete;
    ~eager() {
        if (!coroutine_) { return; }
        auto& state = coroutine_.promise().state;
        if (state.exchange(abandoned(), std::memory_order_acq_rel) == done()) { coroutine_.destroy(); }
    }

    auto operator co_await() && noexcept {
        struct awaiter {
            std::coroutine_handle<promise_type> eager;

            bool await_ready() const noexcept {
                return eager.promise().state.load(std::memory_order_acquire) == done();
            }
            bool await_suspend(std::coroutine_handle<> consumer) const noexcept {
                void* running = nullptr;
                return eager.promise().state.compare_exchange_strong(running, consumer.address(),
                                                                     std::memory_order_acq_rel);
            }
            T await_resume() const { return eager.promise().take(); }
        };
        return awaiter{coroutine_};
    }
    [[nodiscard]] bool finished() const noexcept {
        return coroutine_.promise().state.load(std::memory_order_acquire) == done();
    }

private:
    static inline char marks[2] = {};
    static void* done() noexcept { return &marks[0]; }
    static void* abandoned() noexcept { return &marks[1]; }

    explicit eager(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    std::coroutine_handle<promise_type> coroutine_;
};

/// A number that goes from an awaiting coroutine to the awaited one, as other libraries hand on an executor or a token to
/// stop by.
struct read_environment {};

/// As `lazy`, but it looks into the promise of whoever awaits it, and its own promise has a say in what it awaits.
template <class T, class Frames = ordinary_frames>
class [[nodiscard]] templated_lazy {
public:
    struct promise_type : lazy_promise<T, Frames> {
        templated_lazy get_return_object() noexcept {
            return templated_lazy(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        template <awaitable Awaitable>
        Awaitable&& await_transform(Awaitable&& given) const noexcept {
            return static_cast<Awaitable&&>(given);
        }
        auto await_transform(read_environment) const noexcept {
            struct known {
                int value;
                bool await_ready() const noexcept { return true; }
                void await_suspend(std::coroutine_handle<>) const noexcept {}
                int await_resume() const noexcept { return value; }
            };
            return known{environment};
        }
        int environment = 0;
    };

    struct awaiter {
        std::coroutine_handle<promise_type> lazy;

        bool await_ready() const noexcept { return lazy.done(); }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> consumer) const noexcept {
            lazy.promise().continuation = consumer;
            if constexpr (requires { consumer.promise().environment; }) {
                lazy.promise().environment = consumer.promise().environment;
            }
            return lazy;
        }
        T await_resume() const { return lazy.promise().take(); }
    };
    awaiter operator co_await() && noexcept { return {coroutine_.get()}; }

    /// For the outermost, whose consumer has none to give.
    templated_lazy with_environment(int value) && noexcept {
        coroutine_.get().promise().environment = value;
        return std::move(*this);
    }

private:
    explicit templated_lazy(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    owned_coroutine<promise_type> coroutine_;
};

/// As `lazy`, but it has no promise_type: `std::coroutine_traits` knows its promise, as it may for `std::future`.
template <class T>
struct traits_task_promise;
template <class T>
class [[nodiscard]] traits_task {
public:
    explicit traits_task(std::coroutine_handle<traits_task_promise<T>> handle) noexcept : coroutine_(handle) {}
    auto operator co_await() && noexcept { return lazy_awaiter<traits_task_promise<T>, true>{coroutine_.get()}; }

private:
    owned_coroutine<traits_task_promise<T>> coroutine_;
};
template <class T>
struct traits_task_promise : lazy_promise<T> {
    traits_task<T> get_return_object() noexcept {
        return traits_task<T>(std::coroutine_handle<traits_task_promise>::from_promise(*this));
    }
};

/// A coroutine that a thread waits for.
template <class T>
class blocking {
public:
    struct promise_type : outcome<T> {
        struct tell {
            bool await_ready() const noexcept { return false; }
            void await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                auto& to = own.promise();
                std::unique_lock const lock(
                    to.mutex);  // until told: the frame goes when the waiting thread has seen it
                to.done = true;
                to.changed.notify_all();
            }
            void await_resume() const noexcept {}
        };
        blocking get_return_object() noexcept {
            return blocking(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        tell final_suspend() const noexcept { return {}; }

        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
    };

    T run() {
        coroutine_.get().resume();
        auto& promise = coroutine_.get().promise();
        {
            std::unique_lock lock(promise.mutex);
            promise.changed.wait(lock, [&] { return promise.done; });
        }
        return promise.take();
    }

private:
    explicit blocking(std::coroutine_handle<promise_type> handle) noexcept : coroutine_(handle) {}
    owned_coroutine<promise_type> coroutine_;
};
template <class T, class Awaitable>
blocking<T> block_on(Awaitable&& given) {
    co_return co_await static_cast<Awaitable&&>(given);
}

/// Awaits `given` from outside of any coroutine: this thread waits until it is done.
template <awaitable Awaitable>
auto sync_wait(Awaitable&& given) -> await_result<Awaitable> {
    return block_on<await_result<Awaitable>, Awaitable>(static_cast<Awaitable&&>(given)).run();
}

}  // namespace sonde::tests

template <class T, class... Args>
struct std::coroutine_traits<sonde::tests::traits_task<T>, Args...> {
    using promise_type = sonde::tests::traits_task_promise<T>;
};

#endif
