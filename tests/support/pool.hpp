// SPDX-License-Identifier: MIT
// What coroutines of tests wait for: an event, and a thread of a pool.
#ifndef SONDE_TESTS_SUPPORT_POOL_HPP
#define SONDE_TESTS_SUPPORT_POOL_HPP

#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace sonde::tests {

/// Opened once, it resumes all that await it, in the order they came, one after another within `set()`; later ones don't
/// wait. *Thread safety*: any, as long as it lives. A coroutine that awaits it
/// must not be destroyed before `set()`, unless that is never called.
class manual_event {
public:
    struct awaiter {
        manual_event& event;

        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> consumer) const {
            std::unique_lock const lock(event.mutex_);
            if (event.set_) { return false; }
            event.consumers_.push_back(consumer);
            return true;
        }
        void await_resume() const noexcept {}
    };
    awaiter operator co_await() noexcept { return {*this}; }

    void set() {
        std::vector<std::coroutine_handle<>> consumers;
        {
            std::unique_lock const lock(mutex_);
            set_ = true;
            consumers.swap(consumers_);
        }
        for (auto const each : consumers) { each.resume(); }
    }
    [[nodiscard]] std::size_t waiting() const {
        std::unique_lock const lock(mutex_);
        return consumers_.size();
    }

private:
    mutable std::mutex mutex_;
    bool set_ = false;
    std::vector<std::coroutine_handle<>> consumers_;
};

/// A few threads that resume coroutines: behind `co_await pool.schedule()` one is on one of them. What is queued is resumed
/// before the destructor returns; it must not be run by a thread of the pool. *Thread safety*: any.
class pool {
public:
    explicit pool(std::size_t threads) {
        for (std::size_t n = 0; n < threads; ++n) {
            threads_.emplace_back([this] { work(); });
        }
    }
    pool(pool const&) = delete;  // its threads know where it is
    pool& operator=(pool const&) = delete;
    ~pool() {
        {
            std::unique_lock const lock(mutex_);
            closing_ = true;
        }
        changed_.notify_all();
        for (auto& each : threads_) { each.join(); }
    }

    struct hop {
        pool& to;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> consumer) const { to.submit(consumer); }
        void await_resume() const noexcept {}
    };
    [[nodiscard]] hop schedule() noexcept { return {*this}; }

    void submit(std::coroutine_handle<> ready) {
        // Told under the lock: resumed at once, it may be what the pool's destructor waits for.
        std::unique_lock const lock(mutex_);
        ready_.push_back(ready);
        changed_.notify_one();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return closing_ || !ready_.empty(); });
            if (ready_.empty()) { return; }
            auto const next = ready_.front();
            ready_.pop_front();
            lock.unlock();
            next.resume();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::coroutine_handle<>> ready_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace sonde::tests

#endif
