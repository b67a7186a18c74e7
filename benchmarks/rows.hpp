// SPDX-License-Identifier: MIT
// How the benchmarks of a call measure: the median of many rounds, and what the calling thread allocates. For one source
// file of a program.
#ifndef SONDE_BENCHMARKS_ROWS_HPP
#define SONDE_BENCHMARKS_ROWS_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
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

void print(char const* what, std::vector<row> const& rows) {
    auto const clock = rows.front().nanoseconds;
    std::printf("| %s | ns a call | in two clock reads | ns beyond them | allocations |\n", what);
    std::printf("|---|---|---|---|---|\n");
    for (auto const& each : rows) {
        std::printf("| %-28s | %8.1f | %6.2f | %8.1f | ", each.name, each.nanoseconds, each.nanoseconds / clock,
                    each.nanoseconds - clock);
        counts_allocations ? std::printf("%.2f |\n", each.allocated) : std::printf("- |\n");
    }
}

settings settings_from(int count, char** arguments) {
    settings how;
    for (int i = 1; i < count; ++i) {
        std::string_view const argument = arguments[i];
        if (argument == "--brief") { how.rounds = 20; }
        if (argument == "--only" && i + 1 < count) { how.only = arguments[i + 1]; }
        if (argument == "--calls" && i + 1 < count) { how.calls = std::strtol(arguments[i + 1], nullptr, 10); }
    }
    return how;
}

// Looks at each event and does nothing: what remains is the way to the sink.
struct idle_sink {
    template <class Event>
    void consume(Event const& event) noexcept {
        keep(event);
    }
};

}  // namespace

#endif
