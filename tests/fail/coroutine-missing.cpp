// SPDX-License-Identifier: MIT
// A hook of what answers a coroutine, under the null sink, without the header that has the coroutine.
// EXPECT: sonde: sonde::call_impl::async_body is not a complete type
#include <sonde/monitored.hpp>
#include <sonde/sink/null.hpp>
#ifdef FIXED
#include <sonde/call/stream_body.hpp>
#endif

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
    void before(auto&) {}
};

void misuse(sonde::monitor<sonde::null_sink>& mon) {
    auto call = sonde::monitored<"fetch">(mon, fetch, watch{});
    static_cast<void>(call(1));
}
