// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/file.hpp>
#include <sonde/transport/transport_error.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <stdlib.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using sonde::file_sink;
using immediate_file_sink = sonde::basic_file_sink<sonde::immediate>;
using sonde::tests::contains_text;
using sonde::tests::folder;
using sonde::tests::json;
using sonde::tests::order_created;

TEST_CASE("file_sink obeys the laws of sinks") {
    folder const here;
    sonde::tests::obeys_sink_laws([&] { return file_sink({.path = here / "events.jsonl"}); });
    CHECK(sonde::tests::lines(here / "events.jsonl").size() == 7 + 4 * 50 * 7);
    sonde::tests::obeys_sink_laws([&] { return immediate_file_sink({.path = here / "immediate.jsonl"}); });
    CHECK(sonde::tests::lines(here / "immediate.jsonl").size() == 7 + 4 * 50 * 7);
}

TEST_CASE("file_sink obeys the laws of sinks where nothing arrives") {
    sonde::tests::obeys_sink_laws([&] { return file_sink({.path = "/dev/full"}); });
    sonde::tests::obeys_sink_laws([&] { return immediate_file_sink({.path = "/dev/full"}); });
}

TEST_CASE("a path is one as the system takes it") {
    CHECK_THROWS_AS(file_sink({.path = std::string("d/q\0w", 5)}), sonde::config_error);
    CHECK_THROWS_WITH(file_sink({.path = std::string("d/q\0w", 5)}), contains_text("sonde: path is \"d/q\""));
}

TEST_CASE("an event is in the file when a flush returns") {
    folder const here;
    file_sink sink({.path = here / "deep/down/events.jsonl"});
    CHECK(sink.path() == here / "deep/down/events.jsonl");
    CHECK(std::filesystem::exists(sink.path()));  // as soon as there is a sink
    sink.consume(order_created{"o-1", 2.5});
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 1});
    auto const lines = sonde::tests::lines(sink.path());
    REQUIRE(lines.size() == 1);
    CHECK(json::parse(lines[0]).at("input_data") == json::parse(R"({"order_id":"o-1","amount":2.5})"));
    CHECK(sink.stats().bytes == lines[0].size() + 1);
    struct stat found{};
    REQUIRE(::stat(sink.path().c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0600);
}

TEST_CASE("delivered on the caller's thread, an event is in the file when consume returns") {
    folder const here;
    immediate_file_sink sink({.path = here / "events.jsonl"});
    sink.consume(order_created{"o-1", 2.5});
    CHECK(sonde::tests::lines(sink.path()).size() == 1);
}

TEST_CASE("an event is in the file before long without a flush, unless durability is none") {
    folder const here;
    file_sink soon({.path = here / "soon", .flush_interval = 1ms});
    soon.consume(order_created{});
    auto const until = std::chrono::steady_clock::now() + 30s;
    while (soon.stats().delivered == 0 && std::chrono::steady_clock::now() < until) { std::this_thread::yield(); }
    CHECK(sonde::tests::lines(here / "soon").size() == 1);

    file_sink late({.path = here / "late", .flush_interval = 1ms, .durability = sonde::durability::none});
    late.consume(order_created{});
    late.flush(30s);
    late.consume(order_created{});
    late.shutdown(30s);
    CHECK(sonde::tests::lines(here / "late").size() == 2);
}

namespace {
std::atomic<int> syncs{0};
}
// In the place of the system's, for this program.
extern "C" int fdatasync(int) {
    ++syncs;
    return 0;
}

TEST_CASE("each batch is brought to the disk where that is wanted") {
    folder const here;
    for (auto const how : {sonde::durability::none, sonde::durability::flush_interval}) {
        file_sink sink({.path = here / "not synced", .durability = how});
        sink.consume(order_created{});
        sink.flush(30s);
    }
    CHECK(syncs == 0);
    file_sink sink({.path = here / "synced", .durability = sonde::durability::fsync_each_batch});
    for (int i = 1; i <= 3; ++i) {
        sink.consume(order_created{});
        sink.flush(30s);
        CHECK(syncs == i);
    }
}

TEST_CASE("where no path is given, the environment says it, or else events.jsonl") {
    folder const here;
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(here.path());
    ::unsetenv("SONDE_FILE");
    CHECK(std::filesystem::equivalent(file_sink().path(), here / "events.jsonl"));
    ::setenv("SONDE_FILE", (here / "from environment").c_str(), 1);
    CHECK(file_sink().path() == here / "from environment");
    CHECK(file_sink({.path = here / "given"}).path() == here / "given");
    ::setenv("SONDE_FILE", "", 1);
    CHECK(std::filesystem::equivalent(file_sink().path(), here / "events.jsonl"));
    ::unsetenv("SONDE_FILE");
    std::filesystem::current_path(before);
}

TEST_CASE("an option out of its bounds is refused") {
    folder const here;
    auto const message = [&](sonde::file_options options) {
        options.path = here / "f";
        try {
            file_sink const sink(options);
            return std::string("not refused");
        } catch (sonde::config_error const& error) { return std::string(error.what()); }
    };
    CHECK(message({}) == "not refused");
    CHECK(message({.max_files = 1, .max_value_bytes = 1}) == "not refused");
    CHECK(message({.max_files = 1000, .max_value_bytes = std::size_t{1} << 30}) == "not refused");
    CHECK_THAT(message({.max_files = 0}),
               contains_text("max_files") && contains_text("\"0\"") && contains_text("1 to 1000"));
    CHECK_THAT(message({.max_files = 1001}), contains_text("max_files") && contains_text("1001"));
    CHECK_THAT(message({.max_value_bytes = 0}), contains_text("max_value_bytes") && contains_text("1 to 1073741824"));
    CHECK_THAT(message({.flush_interval = 999us}),
               contains_text("flush_interval") && contains_text("999000 ns") && contains_text("1 ms to 1 h"));
    CHECK_THAT(message({.flush_interval = 2h}), contains_text("flush_interval"));
    CHECK_THAT(message({.queue_bytes = 4095}), contains_text("queue_bytes") && contains_text("4096 to 1073741824"));
}

TEST_CASE("a file that can't be opened is no reason not to start") {
    folder const here;
    sonde::tests::write(here / "blocked", "");
    std::vector<std::string> told;
    immediate_file_sink sink({.path = here / "blocked/events.jsonl", .on_error = [&](sonde::exception const& error) {
                                  CHECK(dynamic_cast<sonde::transport_error const*>(&error) != nullptr);
                                  told.emplace_back(error.what());
                              }});
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], contains_text(here / "blocked/events.jsonl") && contains_text("Not a directory"));
    for (int i = 0; i < 3; ++i) { sink.consume(order_created{}); }
    CHECK(told.size() == 1);
    CHECK(sink.stats().dropped.transport_failed == 3);

    std::filesystem::remove(here / "blocked");
    sink.consume(order_created{});
    CHECK(sink.stats().delivered == 1);
    CHECK(sonde::tests::lines(here / "blocked/events.jsonl").size() == 1);
    CHECK(told.size() == 1);
}

TEST_CASE("a full disk drops, counts and tells, and never throws") {
    int told = 0;
    file_sink sink({.path = "/dev/full", .on_error = [&](sonde::exception const& error) {
                        ++told;
                        CHECK_THAT(error.what(), contains_text("No space left on device"));
                    }});
    CHECK(told == 0);
    for (int i = 0; i < 100; ++i) { sink.consume(order_created{}); }
    CHECK(sink.flush(30s).dropped == 100);
    CHECK(told == 1);
    CHECK(sink.stats().dropped.transport_failed == 100);
    CHECK(sink.flush(1s).dropped == 100);
}

TEST_CASE("files are rotated by size") {
    folder const here;
    file_sink sink({.path = here / "f", .max_file_bytes = 1000, .max_files = 3});
    for (int i = 0; i < 20; ++i) { sink.consume(order_created{std::to_string(i), 0}); }
    sink.flush(30s);
    CHECK(here.names() == std::vector<std::string>{"f", "f.1", "f.2", "f.3"});
    int next = 12;  // two a file: the last eight are still there
    for (auto const* name : {"f.3", "f.2", "f.1", "f"}) {
        CHECK(std::filesystem::file_size(here / name) <= 1000);
        for (auto const& line : sonde::tests::lines(here / name)) {
            CHECK(json::parse(line).at("input_data").at("order_id") == std::to_string(next++));
        }
    }
    CHECK(next == 20);
    CHECK(sink.stats().delivered == 20);
}

TEST_CASE("eight threads write whole lines, each its own in order") {
    folder const here;
    file_sink sink({.path = here / "f", .max_file_bytes = 200'000, .max_files = 100});
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 500; ++n) { sink.consume(order_created{std::to_string(i), static_cast<double>(n)}); }
        });
    }
    for (auto& each : threads) { each.join(); }
    CHECK(sink.flush(30s) == sonde::delivery_report{.delivered = 4000});
    std::map<std::string, int> next;
    auto const names = here.names();
    for (auto number = names.size(); number-- > 0;) {
        for (auto const& line : sonde::tests::lines(here / (number == 0 ? "f" : "f." + std::to_string(number)))) {
            auto const order = json::parse(line).at("input_data");
            REQUIRE(order.at("amount") == next[order.at("order_id")]++);
        }
    }
    CHECK(names.size() > 3);
    CHECK(next.size() == 8);
    for (auto const& [thread, count] : next) { CHECK(count == 500); }
}
