// SPDX-License-Identifier: MIT
// What a decorated call costs its caller, beside the bare call and the clock, all in one run; and what it allocates.
#include <sonde/sonde.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {
thread_local constinit std::uint64_t allocations = 0;  // of the callers' thread, whatever the worker's does
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Not operator new only: the library has buffers that grow by realloc.
extern "C" void* __libc_malloc(std::size_t) noexcept;
extern "C" void* __libc_calloc(std::size_t, std::size_t) noexcept;
extern "C" void* __libc_realloc(void*, std::size_t) noexcept;
extern "C" void* malloc(std::size_t bytes) noexcept {
    ++allocations;
    return __libc_malloc(bytes);
}
extern "C" void* calloc(std::size_t count, std::size_t bytes) noexcept {
    ++allocations;
    return __libc_calloc(count, bytes);
}
extern "C" void* realloc(void* old, std::size_t bytes) noexcept {
    ++allocations;
    return __libc_realloc(old, bytes);
}
inline constexpr bool counts_allocations = true;
#else
inline constexpr bool counts_allocations = false;
#endif

namespace {

template <class Value>
void keep(Value const& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

[[gnu::noinline]] int work(std::string_view text, int number, double factor) {
    keep(text);
    return number + static_cast<int>(factor);
}

// Looks at each event and does nothing: what remains is the way to the sink.
struct idle_sink {
    template <class Event>
    void consume(Event const& event) noexcept {
        keep(event);
    }
};

struct watcher {
    int calls = 0;
    void before(auto&) noexcept { keep(++calls); }
    void after(auto&, auto&) noexcept { keep(calls); }
};
struct guard {
    int calls = 0;
    sonde::verdict<sonde::proceed, sonde::block> before(auto& call) noexcept {
        keep(calls);
        if (sonde::arg<1>(call) < 0) { return sonde::block{}; }
        return sonde::proceed{};
    }
};

struct row {
    char const* name;
    double nanoseconds;
    double allocated;  // a call
};

struct settings {
    int rounds = 400;
    long calls = 0;  // with `only`: so many calls, untimed, for counting instructions
    std::string_view only = {};
};

constexpr int together = 20;  // calls timed as one: a clock's step is longer than one call

/// The median over the rounds of one call's time. Rows run one after another, in the one process.
template <class Call>
void measure(std::vector<row>& rows, settings const& how, char const* name, Call&& call) {
    if (!how.only.empty()) {
        if (how.only == name) {
            for (long i = 0; i < how.calls; ++i) { call(); }
        }
        return;
    }
    using clock = std::chrono::steady_clock;
    for (int i = 0; i < 10 * together; ++i) { call(); }  // what happens once, happens now
    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(how.rounds));
    auto const before = allocations;
    for (int round = 0; round < how.rounds; ++round) {
        auto const start = clock::now();
        for (int i = 0; i < together; ++i) { call(); }
        times.push_back(std::chrono::duration<double, std::nano>(clock::now() - start).count() / together);
    }
    auto const allocated = static_cast<double>(allocations - before) / (how.rounds * together);
    auto const middle = times.begin() + how.rounds / 2;
    std::nth_element(times.begin(), middle, times.end());
    rows.push_back({name, *middle, allocated});
}

void print(std::vector<row> const& rows) {
    auto const clock = rows.front().nanoseconds;
    std::printf("| (string_view of 16, int, double) -> int | ns a call | in two clock reads | ns beyond them | "
                "allocations |\n");
    std::printf("|---|---|---|---|---|\n");
    for (auto const& each : rows) {
        std::printf("| %-28s | %8.1f | %6.2f | %8.1f | ", each.name, each.nanoseconds, each.nanoseconds / clock,
                    each.nanoseconds - clock);
        counts_allocations ? std::printf("%.2f |\n", each.allocated) : std::printf("- |\n");
    }
}

// The budget that can be counted on any machine: nothing is allocated on the way to a sink.
int allocated_on_the_way(std::vector<row> const& rows) {
    int wrong = 0;
    for (auto const& each : rows) {
        if (counts_allocations && each.allocated != 0) {
            std::fprintf(stderr, "%s: %.2f allocations a call, where there must be none\n", each.name, each.allocated);
            wrong = 1;
        }
    }
    return wrong;
}

}  // namespace

int main(int count, char** arguments) {
    settings how;
    for (int i = 1; i < count; ++i) {
        std::string_view const argument = arguments[i];
        if (argument == "--brief") { how.rounds = 20; }
        if (argument == "--only" && i + 1 < count) { how.only = arguments[i + 1]; }
        if (argument == "--calls" && i + 1 < count) { how.calls = std::strtol(arguments[i + 1], nullptr, 10); }
    }

    sonde::monitor<sonde::null_sink> off;
    sonde::monitor<idle_sink> idle{{.agent_id = "benchmark"}};
    sonde::monitor<sonde::file_sink> file{{.agent_id = "benchmark"}, {.path = "benchmark.jsonl"}};
    sonde::monitor<sonde::basic_file_sink<sonde::immediate>> direct{{.agent_id = "benchmark"},
                                                                    {.path = "benchmark.jsonl"}};
    auto const site = [](auto& monitor, auto... hooks) {
        return sonde::monitored<"work", sonde::tool, sonde::args<"text", "number", "factor">>(monitor, work, hooks...);
    };
    auto const null = site(off);
    auto const none = site(idle);
    auto const one = site(idle, watcher{});
    auto const three = site(idle, watcher{}, watcher{}, guard{});
    auto const switched_off = site(idle);
    auto const written = site(file);
    auto const written_here = site(direct);

    std::string_view const text = "sixteen letters.";
    std::vector<row> rows;
    measure(rows, how, "two clock reads", [] {
        keep(sonde::tick_clock::now());
        keep(sonde::tick_clock::now());
    });
    measure(rows, how, "two of the steady clock", [] {
        keep(std::chrono::steady_clock::now());
        keep(std::chrono::steady_clock::now());
    });
    auto const call = [&](auto const& callable) { return [&] { keep(callable(text, 3, 1.5)); }; };
    measure(rows, how, "bare call", call(work));
    measure(rows, how, "null sink", call(null));
    measure(rows, how, "idle sink", call(none));
    measure(rows, how, "idle sink, 1 hook", call(one));
    measure(rows, how, "idle sink, 3 hooks", call(three));
    idle.enabled(false);
    measure(rows, how, "switched off", call(switched_off));
    idle.enabled(true);
    // With pauses, so that the queue is not what is measured: a burst longer than it is dropped.
    measure(rows, how, "file sink", [&, left = 0]() mutable {
        keep(written(text, 3, 1.5));
        if (++left == 5000) { left = 0, file.flush(); }
    });
    measure(rows, how, "file sink, immediate", call(written_here));
    if (!how.only.empty()) { return 0; }
    print(rows);
    return allocated_on_the_way(rows);
}
