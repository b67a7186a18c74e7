// SPDX-License-Identifier: MIT
// What delivering events costs: their callers, by percentiles and by threads, and end to end; beside the bare call, the
// clock, and another logger that writes the same facts, all in one run. Writes a line of JSON for each row.
#include "loopback_server.hpp"

#include <sonde/sink/http.hpp>
#include <sonde/sonde.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <vector>

#if defined(BENCHMARK_SPDLOG)
#include <memory>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#endif

namespace {

using clock_type = std::chrono::steady_clock;

template <class Value>
void keep(Value const& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

[[gnu::noinline]] int work(std::string_view text, int number, double factor) {
    keep(text);
    return number + static_cast<int>(factor);
}
constexpr std::string_view text = "sixteen letters.";

struct settings {
    std::size_t groups = 20'000;       // of calls timed together, for each thread
    std::size_t events = 1'000'000;    // end to end
    std::size_t requests = 1'000'000;  // events to the server
};

constexpr int together = 20;          // calls timed as one: a clock's step is longer than one call
constexpr std::size_t at_once = 200;  // groups between two pauses: what is measured is the call, not a full queue

double nanoseconds_since(clock_type::time_point start) {
    return std::chrono::duration<double, std::nano>(clock_type::now() - start).count();
}

/// Lets all threads go at the same time.
class start_line {
public:
    explicit start_line(unsigned threads) : missing_(threads) {}
    void wait() {
        missing_.fetch_sub(1);
        while (missing_.load() != 0) {}
    }

private:
    std::atomic<unsigned> missing_;
};

/// One thread's nanoseconds a call, in groups. `pause()` lets what was queued be delivered; untimed.
template <class Call, class Pause>
std::vector<double> time_calls(settings const& how, Call const& call, Pause const& pause) {
    std::vector<double> times;
    times.reserve(how.groups);
    for (std::size_t group = 0; group < how.groups; ++group) {
        if (group % at_once == 0) {
            pause();
            for (int i = 0; i < 50 * together; ++i) { call(); }  // so that the worker is awake
        }
        auto const start = clock_type::now();
        for (int i = 0; i < together; ++i) { call(); }
        times.push_back(nanoseconds_since(start) / together);
    }
    return times;
}

template <class Call, class Pause>
std::vector<double> time_on_threads(settings const& how, unsigned threads, Call const& call, Pause const& pause) {
    std::vector<std::vector<double>> each(threads);
    start_line line(threads);
    std::vector<std::thread> running;
    for (unsigned i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            for (int warm = 0; warm < 100'000; ++warm) {
                call();
                if (warm % 4000 == 0) { pause(); }
            }
            line.wait();
            each[i] = time_calls(how, call, pause);
        });
    }
    for (auto& one : running) { one.join(); }
    std::vector<double> all;
    for (auto const& one : each) { all.insert(all.end(), one.begin(), one.end()); }
    return all;
}

void print_percentiles(char const* row, unsigned threads, std::vector<double> times, std::uint64_t dropped) {
    std::sort(times.begin(), times.end());
    auto const at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf(
        R"({"table":"caller","row":"%s","threads":%u,"p50":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f,"dropped":%llu})"
        "\n",
        row, threads, at(0.5), at(0.99), at(0.999), times.back(), static_cast<unsigned long long>(dropped));
    std::fflush(stdout);
}

template <class Monitor>
auto site(Monitor& monitor) {
    return sonde::monitored<"work", sonde::tool, sonde::args<"text", "number", "factor">>(monitor, work);
}

template <class Monitor>
void measure_sink(settings const& how, char const* row, Monitor& monitor) {
    auto const call = site(monitor);
    for (unsigned const threads : {1U, 2U, 4U}) {
        auto const before = monitor.stats().dropped.total();
        auto const times = time_on_threads(how, threads, [&] { keep(call(text, 3, 1.5)); }, [&] { monitor.flush(); });
        print_percentiles(row, threads, times, monitor.stats().dropped.total() - before);
    }
}

// Without pauses: the queue overflows, and what finds no room is dropped and counted.
template <class Monitor>
void measure_burst(settings const& how, char const* row, Monitor& monitor) {
    auto const call = site(monitor);
    for (unsigned const threads : {1U, 2U}) {
        monitor.flush();
        auto const before = monitor.stats().dropped.total();
        auto const times = time_on_threads(how, threads, [&] { keep(call(text, 3, 1.5)); }, [] {});
        print_percentiles(row, threads, times, monitor.stats().dropped.total() - before);
    }
}

struct cpu_time {
    double seconds;
    static cpu_time now() {
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        auto const of = [](timeval const& each) {
            return static_cast<double>(each.tv_sec) + static_cast<double>(each.tv_usec) * 1e-6;
        };
        return {of(used.ru_utime) + of(used.ru_stime)};
    }
};

/// `emit(i)` so many times, then `finish()`: as fast as one thread can, until all is written.
template <class Emit, class Finish>
void measure_end_to_end(char const* row, std::size_t events, Emit const& emit, Finish const& finish,
                        std::uint64_t bytes_before, auto const& bytes_now) {
    auto const cpu = cpu_time::now();
    auto const start = clock_type::now();
    for (std::size_t i = 0; i < events; ++i) { emit(i); }
    auto const left = finish();
    auto const seconds = nanoseconds_since(start) * 1e-9;
    auto const used = cpu_time::now().seconds - cpu.seconds;
    auto const count = static_cast<double>(events);
    std::printf(R"({"table":"end to end","row":"%s","events_per_second":%.0f,"cpu_us":%.3f,"bytes":%.0f,"left":%llu})"
                "\n",
                row, count / seconds, used / count * 1e6,
                static_cast<double>(static_cast<std::uint64_t>(bytes_now()) - bytes_before) / count,
                static_cast<unsigned long long>(left));
    std::fflush(stdout);
}

// Takes all and keeps nothing: what is left is the library's part.
struct no_place {
    sonde::transport_result open() noexcept { return {}; }
    sonde::transport_result send(std::string_view lines) noexcept { return {.taken = lines.size()}; }
    template <class Handler>
    void explain(sonde::transport_result const&, Handler&&) const {}
};

// What the system takes for the bytes of so many lines, in pieces as large as the file sink's.
void measure_writing(std::size_t events, std::size_t line_bytes) {
    std::string const piece(std::size_t{256} << 10, 'x');
    auto* const file = std::fopen("benchmark.written", "we");
    if (file == nullptr) { return; }
    std::setvbuf(file, nullptr, _IONBF, 0);
    std::uint64_t written = 0;
    measure_end_to_end(
        "writing alone", events,
        [&](std::size_t i) {
            if ((i + 1) * line_bytes >= written + piece.size()) {
                written += std::fwrite(piece.data(), 1, piece.size(), file);
            }
        },
        [] { return 0; }, 0, [&] { return written; });
    std::fclose(file);
    std::remove("benchmark.written");
}

template <class Monitor>
void measure_delivery(char const* row, Monitor& monitor, std::size_t events) {
    auto const call = site(monitor);
    for (int i = 0; i < 100'000; ++i) { keep(call(text, i, 1.5)); }
    monitor.flush(std::chrono::minutes(1));
    auto const before = monitor.stats();
    measure_end_to_end(
        row, events, [&](std::size_t i) { keep(call(text, static_cast<int>(i), 1.5)); },
        [&] {
            monitor.flush(std::chrono::minutes(1));
            auto const now = monitor.stats();
            return (now.accepted - before.accepted) - (now.delivered - before.delivered);
        },
        before.bytes, [&] { return monitor.stats().bytes; });
}

#if defined(BENCHMARK_SPDLOG)
// The same facts, by a logger whose callers hand on to a thread too.
class other_logger {
public:
    explicit other_logger(char const* path, spdlog::async_overflow_policy full)
        : pool_(std::make_shared<spdlog::details::thread_pool>(8192, 1)),
          sink_(std::make_shared<spdlog::sinks::basic_file_sink_mt>(path, true)),
          logger_(std::make_shared<spdlog::async_logger>("work", sink_, pool_, full)) {
        logger_->set_pattern("%v");
    }
    int operator()(std::string_view given, int number, double factor) const {
        auto const start = clock_type::now();
        auto const result = work(given, number, factor);
        auto const end = clock_type::now();
        logger_->info(
            R"({{"name":"work","start":{},"duration_ns":{},"text":"{}","number":{},"factor":{},"value":{},"status":"success"}})",
            start.time_since_epoch().count(), (end - start).count(), given, number, factor, result);
        return result;
    }
    void flush() const {
        logger_->flush();
        while (pool_->queue_size() != 0) { std::this_thread::yield(); }
    }

private:
    std::shared_ptr<spdlog::details::thread_pool> pool_;
    std::shared_ptr<spdlog::sinks::basic_file_sink_mt> sink_;
    std::shared_ptr<spdlog::async_logger> logger_;
};

void measure_other_logger(settings const& how) {
    {
        other_logger const log("benchmark.other.jsonl", spdlog::async_overflow_policy::block);
        for (unsigned const threads : {1U, 2U, 4U}) {
            print_percentiles("spdlog async, file", threads,
                              time_on_threads(how, threads, [&] { keep(log(text, 3, 1.5)); }, [&] { log.flush(); }), 0);
        }
    }
    other_logger const log("benchmark.other.jsonl", spdlog::async_overflow_policy::block);
    measure_end_to_end(
        "spdlog async, file", how.events, [&](std::size_t i) { keep(log(text, static_cast<int>(i), 1.5)); },
        [&] { return log.flush(), 0; }, 0, [] { return 0; });
}
#else
void measure_other_logger(settings const&) {}
#endif

}  // namespace

int main(int count, char** arguments) {
    settings how;
    for (int i = 1; i < count; ++i) {
        if (std::string_view(arguments[i]) == "--brief") { how = {200, 20'000, 20'000}; }
    }
    // Before any thread: it runs in a process of its own, so that its time is not counted.
    benchmark::loopback_server const server;
    if (!server) { return std::fprintf(stderr, "no server on the loopback interface\n"), 1; }
    std::remove("benchmark.jsonl");

    auto const nothing = [] {};
    for (unsigned const threads : {1U, 2U, 4U}) {
        print_percentiles("two clock reads", threads,
                          time_on_threads(
                              how, threads,
                              [] {
                                  keep(sonde::tick_clock::now());
                                  keep(sonde::tick_clock::now());
                              },
                              nothing),
                          0);
        print_percentiles("bare call", threads,
                          time_on_threads(how, threads, [] { keep(work(text, 3, 1.5)); }, nothing), 0);
    }
    sonde::monitor<sonde::null_sink> off;
    measure_sink(how, "null sink", off);
    {
        sonde::monitor<sonde::file_sink> file{{.agent_id = "benchmark"}, {.path = "benchmark.jsonl"}};
        measure_sink(how, "file sink", file);
        measure_burst(how, "file sink, no pause", file);
    }
    sonde::http_options const to_server{
        .api_url = server.url(), .api_key = sonde::api_key("benchmark-key-of-32-characters.."), .batch_size = 100};
    {
        sonde::monitor<sonde::http_sink> http{{.agent_id = "benchmark"}, sonde::http_options(to_server)};
        measure_sink(how, "HTTP sink", http);
    }
    using waiting = sonde::background<sonde::block_for<60'000>>;
    {
        sonde::monitor<sonde::basic_file_sink<waiting>> file{{.agent_id = "benchmark"}, {.path = "benchmark.jsonl"}};
        measure_delivery("file sink", file, how.events);
        measure_writing(how.events, file.stats().bytes / file.stats().delivered);
    }
    {
        using nowhere = sonde::delivered<sonde::json_lines, no_place, waiting>;
        sonde::monitor<nowhere> lines{{.agent_id = "benchmark"}, nowhere({}, {}, {})};
        measure_delivery("lines sent nowhere", lines, how.events);
    }
    {
        sonde::monitor<sonde::basic_http_sink<waiting>> http{{.agent_id = "benchmark"}, sonde::http_options(to_server)};
        measure_delivery("HTTP sink, batches of 100", http, how.requests);
    }
    measure_other_logger(how);
    return 0;
}
