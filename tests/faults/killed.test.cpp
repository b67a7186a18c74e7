// SPDX-License-Identifier: MIT
// A process that is killed while it writes a file: at any moment, and half way through a write. No thread is started in
// this process itself, so that it may be forked.
#include "support/catch.hpp"
#include "support/event_lines.hpp"
#include "support/folder.hpp"
#include "support/numbered.hpp"

#include <sonde/sink/file.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sonde::file_options;
using sonde::tests::arrivals;
using sonde::tests::event_lines;
using sonde::tests::folder;
using sonde::tests::numbered;

namespace {

using patient_sink = sonde::basic_file_sink<sonde::background<sonde::block_for<60'000>>>;

// The write to a file after so many others is the last, and does so many bytes at most; 0: none is.
std::atomic<std::uint32_t> last_write{0}, part_of_it{0};

}  // namespace

// In place of the C library's, for the sake of the file that the sink of the killed process writes.
extern "C" ssize_t write(int descriptor, void const* bytes, std::size_t size) {
    struct stat found{};
    if (last_write == 0 || ::fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode) || --last_write != 0) {
        return ::syscall(SYS_write, descriptor, bytes, size);
    }
    static_cast<void>(::syscall(SYS_write, descriptor, bytes, (std::min)(size, std::size_t{part_of_it})));
    ::kill(::getpid(), SIGKILL);
    return -1;
}

namespace {

// What the writing process says: how many events it has emitted, and how many of them a flush has acknowledged.
struct progress {
    std::uint32_t emitted = 0, acknowledged = 0;
};

// Writes until it is killed, and ends if it is not.
[[noreturn]] void write_for_ever(file_options const& options, std::uint32_t flush_each, int pipe) {
    ::alarm(120);
    patient_sink sink(options);
    std::string const filler(900, 'x');
    progress now;
    for (;;) {
        sink.consume(numbered{now.emitted++, std::string_view(filler).substr(0, now.emitted * 7919 % 900)});
        if (now.emitted % flush_each == 0) {
            if (sink.flush(60s) != sonde::delivery_report{.delivered = now.emitted}) { ::_exit(1); }
            now.acknowledged = now.emitted;
        }
        if (::write(pipe, &now, sizeof now) != sizeof now) { ::_exit(2); }
    }
}

// When the process is killed.
struct moment {
    std::uint32_t emitted = 0, later = 0;         // after so many events, and a little later
    std::uint32_t writes = 0, bytes_of_last = 0;  // or, if this is not 0, so far into that write
};

// What it said last before it was killed.
progress killed_at(moment const& when, file_options const& options, std::uint32_t flush_each) {
    int pipes[2];
    REQUIRE(::pipe(pipes) == 0);
    auto const child = ::fork();
    if (child == 0) {
        ::close(pipes[0]);
        last_write = when.writes, part_of_it = when.bytes_of_last;
        write_for_ever(options, flush_each, pipes[1]);
    }
    ::close(pipes[1]);
    progress last;
    auto const hear = [&] { return ::read(pipes[0], &last, sizeof last) == sizeof last; };
    while ((last.emitted < when.emitted || when.writes != 0) && hear()) {}
    for (std::atomic<std::uint32_t> later{0}; later != when.later; ++later) {}
    ::kill(child, SIGKILL);
    while (hear()) {}  // what it had said until then
    ::close(pipes[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return last;
}

// The files from the oldest on: f.3, f.2, f.1, f.
std::vector<std::string> from_oldest(folder const& here) {
    std::vector<std::pair<unsigned long, std::string>> found;
    for (auto const& name : here.names()) {
        found.emplace_back(name == "f" ? 0 : std::strtoul(name.c_str() + 2, nullptr, 10), here / name);
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::string> paths;
    for (auto const& [number, path] : found) { paths.push_back(path); }
    return paths;
}

// All of them together; only the last may have a tail.
event_lines read_all(folder const& here, arrivals& arrived) {
    event_lines all;
    for (auto const& path : from_oldest(here)) {
        CHECK(all.tail.empty());
        auto const one = sonde::tests::read_event_lines(path, [&](std::string_view line) { arrived.add(line); });
        all.whole += one.whole;
        all.torn += one.torn;
        all.tail = one.tail;
    }
    return all;
}

bool all_to(arrivals const& arrived, std::uint64_t end) {
    return arrived.events() == end && (end == 0 || arrived.has(0, end - 1)) && arrived.misplaced() == 0;
}

// Answers whether the process was killed within a line.
bool is_whole_after_a_kill(std::mt19937& random, std::uint64_t max_file_bytes) {
    folder const here;
    file_options const options{
        .path = here / "f", .max_file_bytes = max_file_bytes, .max_files = 1000, .flush_interval = 1ms};
    auto const below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
    moment when;
    if (below(2) == 0) {
        when = {.emitted = below(2'000), .later = below(100'000)};
    } else {
        when = {.writes = 1 + below(20), .bytes_of_last = below(5'000)};
    }
    constexpr std::uint32_t flushes[] = {1, 10, 300, 1'000};
    auto const flush_each = flushes[below(4)];
    INFO("killed after " << when.emitted << " events and " << when.later << ", or in write " << when.writes << " after "
                         << when.bytes_of_last << " bytes; flushed each " << flush_each);
    auto const last = killed_at(when, options, flush_each);

    arrivals arrived;
    auto const found = read_all(here, arrived);
    CHECK(found.torn == 0);
    CHECK(all_to(arrived, found.whole));  // from the first on, and in order
    CHECK(found.whole >= last.acknowledged);
    CHECK(found.whole <= last.emitted + 1);  // the one it was about to tell of

    sonde::basic_file_sink<sonde::immediate> next(options);
    next.consume(numbered{1'000'000});
    CHECK(next.stats().delivered == 1);
    arrivals healed;
    auto const after = read_all(here, healed);
    CHECK(after.torn == 0);
    CHECK(after.tail.empty());
    CHECK(healed.has(0, 1'000'000));
    CHECK(healed.misplaced() == 0);
    CHECK(after.whole >= found.whole + 1);
    CHECK(after.whole <= found.whole + 2);  // a tail that lacked nothing but its end
    return !found.tail.empty();
}

}  // namespace

TEST_CASE("a process that is killed leaves whole lines but for the last, and all that a flush acknowledged") {
    auto const seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    int torn = 0;
    for (int round = 0; round < 200; ++round) { torn += is_whole_after_a_kill(random, 0); }
    CHECK(torn > 0);
}

TEST_CASE("the same while files are rotated") {
    auto const seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    int torn = 0;
    for (int round = 0; round < 50; ++round) { torn += is_whole_after_a_kill(random, 20'000 + random() % 100'000); }
    CHECK(torn > 0);
}
