// SPDX-License-Identifier: MIT
// What a decorated coroutine costs beside the bare one and the clock, and a suspension with its context; in one run.
#include "rows.hpp"

#include <sonde/sonde.hpp>

#include <coroutine>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

namespace {

// As plain as a task can be: lazy, with symmetric transfer.
template <class T>
struct task {
    struct promise_type {
        struct last {
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> own) const noexcept {
                return own.promise().continuation;
            }
            void await_resume() const noexcept {}
        };
        task get_return_object() noexcept { return task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        last final_suspend() const noexcept { return {}; }
        void return_value(T value) noexcept { result = value; }
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
        std::coroutine_handle<> continuation = std::noop_coroutine();
        T result = {};
    };
    explicit task(std::coroutine_handle<promise_type> handle) noexcept : own(handle) {}
    task(task&& other) noexcept : own(std::exchange(other.own, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task() {
        if (own) { own.destroy(); }
    }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
        own.promise().continuation = consumer;
        return own;
    }
    T await_resume() const noexcept { return own.promise().result; }
    T run() const noexcept {
        own.resume();
        return own.promise().result;
    }
    std::coroutine_handle<promise_type> own;
};

[[gnu::noinline]] task<int> work(std::string_view text, int number, double factor) {
    keep(text);
    co_return number + static_cast<int>(factor);
}

// Is suspended, and at once resumed: by whoever asks.
struct pause {
    std::coroutine_handle<>* where;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> own) const noexcept { *where = own; }
    void await_resume() const noexcept {}
};
[[gnu::noinline]] task<int> pausing(std::coroutine_handle<>* where) {
    for (;;) { co_await pause{where}; }
}
[[gnu::noinline]] task<int> pausing_within(sonde::context, std::coroutine_handle<>* where) {
    for (;;) { co_await pause{where}; }
}

// The budget that can be counted on any machine.
int allocated_beyond_one(std::vector<row> const& rows) {
    int wrong = 0;
    for (auto const& each : rows) {
        if (counts_allocations && each.allocated > 2) {
            std::fprintf(stderr, "%s: %.2f allocations a call, where the bare coroutine has one and this one more\n",
                         each.name, each.allocated);
            wrong = 1;
        }
    }
    return wrong;
}

}  // namespace

int main(int count, char** arguments) {
    auto const how = settings_from(count, arguments);
    sonde::monitor<sonde::null_sink> off;
    sonde::monitor<idle_sink> idle{{.agent_id = "benchmark"}};
    sonde::monitor<sonde::file_sink> file{{.agent_id = "benchmark"}, {.path = "benchmark.jsonl"}};
    auto const site = [](auto& monitor) {
        return sonde::monitored<"work", sonde::tool, sonde::args<"text", "number", "factor">>(monitor, work);
    };
    auto const null = site(off);
    auto const recorded = site(idle);
    auto const written = site(file);

    std::string_view const text = "sixteen letters.";
    std::vector<row> rows;
    measure(rows, how, "two clock reads", [] {
        keep(sonde::tick_clock::now());
        keep(sonde::tick_clock::now());
    });
    auto const run = [&](auto const& callable) { return [&] { keep(callable(text, 3, 1.5).run()); }; };
    measure(rows, how, "bare coroutine", run(work));
    measure(rows, how, "null sink", run(null));
    measure(rows, how, "idle sink", run(recorded));
    {
        auto const run_context = idle.run("benchmark");
        measure(rows, how, "idle sink, within a run", run(recorded));
    }
    measure(rows, how, "file sink", [&, left = 0]() mutable {
        keep(written(text, 3, 1.5).run());
        if (++left == 5000) { left = 0, file.flush(); }
    });
    std::coroutine_handle<> where;
    auto const paused = pausing(&where);
    paused.own.resume();
    measure(rows, how, "bare suspension", [&] { where.resume(); });
    auto const span = idle.span<"span">();
    auto const paused_within = pausing_within(span.context(), &where);
    paused_within.own.resume();
    measure(rows, how, "suspension with a context", [&] { where.resume(); });
    if (!how.only.empty()) { return 0; }
    print("(string_view of 16, int, double) -> task<int>", rows);
    return allocated_beyond_one(rows);
}
