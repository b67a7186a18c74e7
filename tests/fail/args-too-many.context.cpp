// SPDX-License-Identifier: MIT
// A name for a coroutine's context, which is no argument of the call.
// EXPECT: sonde: args<> is not a list of names for this call: it names more arguments than the call has
#include <sonde/sonde.hpp>

#include <coroutine>

struct task {
    struct promise_type {
        task get_return_object();
        std::suspend_always initial_suspend() noexcept;
        std::suspend_always final_suspend() noexcept;
        void return_void();
        void unhandled_exception();
    };
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
};

task fetch(sonde::context given, int number);

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
#ifdef FIXED
    auto call = sonde::monitored<"fetch", sonde::args<"number">>(mon, fetch);
    call(1);
#else
    auto call = sonde::monitored<"fetch", sonde::args<"context", "number">>(mon, fetch);
    call(1);
#endif
}
