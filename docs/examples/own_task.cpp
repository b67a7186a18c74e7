// SPDX-License-Identifier: MIT
// A coroutine type of one's own whose coroutines know where they belong, on whichever thread they go on.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <coroutine>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

// [promise]
class task {
public:
    struct promise_type : sonde::propagating<task> {
        struct resume_consumer {
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                return own.promise().consumer;
            }
            void await_resume() const noexcept {}
        };

        task get_return_object() { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        auto initial_suspend() noexcept { return this->entering(std::suspend_always{}); }
        auto final_suspend() noexcept { return this->leaving(resume_consumer{}); }
        void return_value(int given) noexcept { value = given; }
        void unhandled_exception() noexcept { std::terminate(); }

        std::coroutine_handle<> consumer = std::noop_coroutine();
        int value = 0;
    };
    // [promise]

    task(task&& other) noexcept : own_(std::exchange(other.own_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task() {
        if (own_) { own_.destroy(); }
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
        own_.promise().consumer = consumer;
        return own_;
    }
    int await_resume() const noexcept { return own_.promise().value; }

    void start() const { own_.resume(); }
    [[nodiscard]] bool done() const noexcept { return own_.done(); }

private:
    explicit task(std::coroutine_handle<promise_type> own) noexcept : own_(own) {}
    std::coroutine_handle<promise_type> own_;
};

// Resumes whoever awaits it on another thread.
struct elsewhere {
    std::thread& on;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> consumer) const {
        auto& thread = on;  // asked before: once the thread runs, the coroutine may be over, and this with it
        thread = std::thread([consumer] { consumer.resume(); });
    }
    void await_resume() const noexcept {}
};

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "own-task"}};
    std::thread worker;

    // [agent]
    auto search = sonde::monitored<"search", sonde::tool>(mon, [](int hits) -> task { co_return hits; });
    auto answer = sonde::monitored<"answer", sonde::agent>(mon, [&](int hits) -> task {
        co_await elsewhere{worker};       // on another thread from here on
        co_return co_await search(hits);  // a child of answer, there as well
    });
    // [agent]

    auto const asked = answer(3);
    asked.start();
    worker.join();
    expect(asked.done());

    auto const calls = mon.sink().of<sonde::call_finished>();
    expect(calls.size() == 2);
    expect(calls[0].name == "search" && calls[0].parent_span_id == calls[1].span_id);
    expect(calls[1].name == "answer");
    for (auto const& line : mon.sink().lines()) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); }
}
