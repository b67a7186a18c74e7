// SPDX-License-Identifier: MIT
// Ids: never zero, unique across threads and forks, and of the sizes and forms of their standards.
#include "support/catch.hpp"

#include <sonde/context/id_source.hpp>
#include <sonde/context/ids.hpp>
#include <sonde/delivery/fork.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr bool texts() {
    return sonde::to_text(sonde::trace_id{0x0123456789abcdef, 0xfedcba9876543210}).view() ==
               "0123456789abcdeffedcba9876543210" &&
           sonde::to_text(sonde::span_id{0xa}).view() == "000000000000000a" &&
           sonde::to_text(sonde::run_id{0x0123456789ab4def, 0x8edcba9876543210}).view() ==
               "01234567-89ab-4def-8edc-ba9876543210" &&
           !sonde::trace_id{} && sonde::trace_id{0, 1} && sonde::trace_id{1, 0} && !sonde::span_id{} &&
           sonde::span_id{1} != sonde::span_id{2};
}
static_assert(texts());

struct batch {
    static constexpr std::size_t size = 400;
    std::uint64_t spans[size], traces[size];
    void fill() {
        for (auto& each : spans) { each = sonde::new_span_id().value; }
        for (auto& each : traces) {
            auto const id = sonde::new_trace_id();
            each = id.high ^ id.low;
        }
    }
};

bool all_distinct(std::vector<std::uint64_t>& ids) {
    std::sort(ids.begin(), ids.end());
    return std::adjacent_find(ids.begin(), ids.end()) == ids.end() && (ids.empty() || ids.front() != 0);
}

}  // namespace

TEST_CASE("ids read as their standards say") { CHECK(texts()); }

TEST_CASE("run ids are random UUIDs") {
    for (int i = 0; i < 1000; ++i) {
        auto const text = std::string(sonde::to_text(sonde::new_run_id()).view());
        REQUIRE(text[14] == '4');
        REQUIRE(std::string("89ab").find(text[19]) != std::string::npos);
        REQUIRE(text.size() == 36);
    }
    CHECK(sonde::new_run_id() != sonde::new_run_id());
}

TEST_CASE("ids are unique over eight threads and never zero") {
    constexpr std::size_t each = 100'000;
    std::vector<std::uint64_t> spans(8 * each), highs(8 * each);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (auto i = t * each; i < (t + 1) * each; ++i) {
                spans[i] = sonde::new_span_id().value;
                highs[i] = sonde::new_trace_id().high;
            }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    CHECK(all_distinct(spans));
    CHECK(all_distinct(highs));
}

TEST_CASE("ids are unique over a process, its children, and their children") {
    sonde::watch_forks();
    static_cast<void>(sonde::new_span_id());  // the parent's state is what a child must not go on with
    constexpr int children = 12;
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    auto const tell = [&] {
        batch own;
        own.fill();
        // At most PIPE_BUF would be atomic: the reader takes what comes as one stream of numbers, whatever its order.
        auto const* at = reinterpret_cast<char const*>(&own);
        for (std::size_t left = sizeof own; left > 0;) {
            auto const written = ::write(pipe_ends[1], at, left < 4096 ? left : 4096);
            if (written <= 0) { ::_exit(1); }
            at += written, left -= static_cast<std::size_t>(written);
        }
    };
    std::vector<pid_t> started;
    for (int i = 0; i < children; ++i) {
        auto const child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto const grandchild = ::fork();
            tell();
            if (grandchild == 0) { ::_exit(0); }
            int status = 1;
            ::waitpid(grandchild, &status, 0);
            ::_exit(status);
        }
        started.push_back(child);
    }
    ::close(pipe_ends[1]);
    batch own;
    own.fill();
    std::vector<std::uint64_t> ids;
    ids.insert(ids.end(), std::begin(own.spans), std::end(own.spans));
    ids.insert(ids.end(), std::begin(own.traces), std::end(own.traces));
    for (std::uint64_t id = 0;;) {
        auto const read = ::read(pipe_ends[0], &id, sizeof id);
        if (read != sizeof id) { break; }
        ids.push_back(id);
    }
    ::close(pipe_ends[0]);
    for (auto const child : started) {
        int status = 1;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    CHECK(ids.size() == (2 * children + 1) * 2 * batch::size);
    CHECK(all_distinct(ids));
}
