// SPDX-License-Identifier: MIT
// A before that answers true or false, at the site of a coroutine.
// EXPECT: sonde: this hook's answer is not a verdict
#include <sonde/sonde.hpp>

#include <coroutine>

struct task {
    struct promise_type {
        task get_return_object();
        std::suspend_always initial_suspend();
        std::suspend_always final_suspend() noexcept;
        void return_value(int);
        void unhandled_exception();
    };
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};
task fetch(int number);

struct watch {
#ifdef FIXED
    sonde::proceed before(auto&) { return {}; }
#else
    bool before(auto&) { return true; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"fetch">(mon, fetch, watch{});
    static_cast<void>(call(1));
}
