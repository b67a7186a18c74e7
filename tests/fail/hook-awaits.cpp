// SPDX-License-Identifier: MIT
// A before that is a coroutine, at a site whose callable answers a generator.
// EXPECT: sonde: this hook is not a hook of this call: its before is a coroutine
#include <sonde/sonde.hpp>

#include <coroutine>

struct generator {
    struct promise_type {
        generator get_return_object();
        std::suspend_always initial_suspend();
        std::suspend_always final_suspend() noexcept;
        std::suspend_always yield_value(int&);
        void return_void();
        void unhandled_exception();
    };
    int* begin();
    int* end();
};
generator count_to(int number);

struct question {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    sonde::proceed await_resume();
};
struct approve {
#ifdef FIXED
    sonde::proceed before(auto&) { return {}; }
#else
    question before(auto&) { return {}; }
#endif
};

void misuse(sonde::monitor<sonde::memory_sink>& mon) {
    auto call = sonde::monitored<"count_to">(mon, count_to, approve{});
    static_cast<void>(call(1));
}
