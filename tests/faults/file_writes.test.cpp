// SPDX-License-Identifier: MIT
// A million events into a file whose writes do half of their work, fail, or go where nobody expects them.
#include "support/catch.hpp"
#include "support/event_lines.hpp"
#include "support/folder.hpp"
#include "support/numbered.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/sink/file.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sonde::file_options;
using sonde::tests::arrivals;
using sonde::tests::campaign_events;
using sonde::tests::emit_from_all;
using sonde::tests::emitting_threads;
using sonde::tests::events_each;
using sonde::tests::folder;
using sonde::tests::law;

namespace {

using patient_sink = sonde::basic_file_sink<sonde::background<sonde::block_for<60'000>>>;

// How many bytes a write to a file does instead of `size`; less than none: an error, negative.
std::function<std::ptrdiff_t(std::size_t size)> fault;
std::atomic<bool> faulty{false};

// While it lives. *Requires*: no sink writes when it begins, nor when it ends.
class faults {
public:
    explicit faults(std::function<std::ptrdiff_t(std::size_t)> what) {
        fault = std::move(what);
        faulty = true;
    }
    faults(faults const&) = delete;  // there is one file system
    faults& operator=(faults const&) = delete;
    ~faults() { faulty = false; }
};

}  // namespace

// In place of the C library's, for the sake of the files that sinks write.
extern "C" ssize_t write(int descriptor, void const* bytes, std::size_t size) {
    struct stat found{};
    if (faulty && descriptor > 2 && ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode)) {
        auto const answer = fault(size);
        if (answer < 0) {
            errno = static_cast<int>(-answer);
            return -1;
        }
        size = static_cast<std::size_t>(answer) < size ? static_cast<std::size_t>(answer) : size;
    }
    return ::syscall(SYS_write, descriptor, bytes, size);
}

namespace {

// All that is in these files, one behind the other, is whole.
void read_all(std::vector<std::string> const& paths, arrivals& arrived) {
    std::uint64_t torn = 0;
    std::string tails;
    for (auto const& path : paths) {
        auto const lines = sonde::tests::read_event_lines(path, [&](std::string_view line) { arrived.add(line); });
        torn += lines.torn;
        tails += lines.tail;
    }
    CHECK(torn == 0);
    CHECK(tails.empty());
}

// What arrived is what was counted, and what was not is counted too.
void check_counts(sonde::stats const& counts, arrivals const& arrived) {
    CHECK(arrived.repeated() == 0);
    CHECK(arrived.misplaced() == 0);
    CHECK(counts.delivered == arrived.events() + arrived.notices());
    CHECK(counts.dropped == counts.dropped.transport_failed);
    CHECK(counts.dropped >= campaign_events - arrived.events());
    CHECK(counts.queued == 0);
    CHECK(law(counts));
    if (counts.dropped == 0) {
        CHECK(counts.accepted == campaign_events);
    } else {
        CHECK(arrived.told() == "{\"transport_failed\":" + std::to_string(counts.dropped) + '}');
    }
}

}  // namespace

TEST_CASE("writes that do part of what they are asked to, or are interrupted, lose and tear nothing") {
    folder const here;
    auto const seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::uint64_t parts = 0, interruptions = 0;
    patient_sink sink(file_options{.path = here / "f"});
    {
        faults const some([&](std::size_t size) -> std::ptrdiff_t {
            switch (random() % 3) {
            case 0:
                ++interruptions;
                return -EINTR;
            case 1:
                ++parts;
                return static_cast<std::ptrdiff_t>(size < 2 ? size : 1 + random() % (size - 1));
            default:
                return static_cast<std::ptrdiff_t>(size);
            }
        });
        emit_from_all(sink, 0, events_each);
        CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    }
    CHECK(parts > 50);
    CHECK(interruptions > 50);
    arrivals arrived;
    read_all({here / "f"}, arrived);
    CHECK(arrived.events() == campaign_events);
    check_counts(sink.stats(), arrived);
}

TEST_CASE("a disk that is full or broken now and then tears nothing, and what it does not take is counted") {
    folder const here;
    auto const seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    int const errors[] = {ENOSPC, EIO, EDQUOT};
    std::uint64_t failures = 0;
    std::atomic<int> told{0};
    patient_sink sink(file_options{.path = here / "f", .on_error = [&](sonde::exception const&) { ++told; }});
    std::size_t room = 1'000'000, left_to_fail = 0;
    int error = 0;
    auto limited = [&](std::size_t size) -> std::ptrdiff_t {
        if (left_to_fail != 0) {
            if (--left_to_fail == 0) { room = random() % 20'000'000; }
            ++failures;
            return -error;
        }
        if (size <= room) {
            room -= size;
            return static_cast<std::ptrdiff_t>(size);
        }
        left_to_fail = 1 + random() % 5;
        error = errors[random() % 3];
        // The rest is done, and the next write finds no room; or there is none at all.
        return room == 0 ? -error : static_cast<std::ptrdiff_t>(room);
    };
    {
        faults const some(limited);
        emit_from_all(sink, 0, events_each);
        sink.flush(200s);
    }
    CHECK(failures > 10 * campaign_events / 1'000'000);
    CHECK(told > 0);
    sink.consume(sonde::tests::numbered{campaign_events});  // which shows that it is in service again
    CHECK(sink.flush(200s).still_queued == 0);
    sink.shutdown(200s);

    arrivals arrived;
    read_all({here / "f"}, arrived);
    CHECK(arrived.events() < campaign_events);
    CHECK(arrived.has(0, campaign_events));
    check_counts(sink.stats(), arrived);
}

TEST_CASE(
    "a file that is renamed, removed or replaced while it is written is made anew, or followed, and loses nothing") {
    folder const here;
    auto const path = here / "f";
    std::vector<std::string> before;  // kept under a name of their own, to be read in the end
    patient_sink sink(file_options{.path = path});
    {
        std::uint64_t writes = 0;
        faults const some([&](std::size_t size) {
            if (++writes % 20 == 0) {
                auto const other = path + '-' + std::to_string(before.size());
                auto const removed = before.size() % 3 == 0;
                auto const done = removed ? ::link(path.c_str(), other.c_str()) == 0 && ::unlink(path.c_str()) == 0
                                          : std::rename(path.c_str(), other.c_str()) == 0;
                if (before.size() % 3 == 1) { sonde::tests::write(path, ""); }
                if (done) { before.push_back(other); }
            }
            return static_cast<std::ptrdiff_t>(size);
        });
        emit_from_all(sink, 0, events_each);
        CHECK(sink.flush(200s) == sonde::delivery_report{.delivered = campaign_events});
    }
    CHECK(before.size() >= 4);
    before.push_back(path);
    bool used = true;
    for (auto const& each : before) { used = used && std::filesystem::file_size(each) != 0; }
    CHECK(used);
    arrivals arrived;
    read_all(before, arrived);
    CHECK(arrived.events() == campaign_events);
    check_counts(sink.stats(), arrived);
}

TEST_CASE("a folder that nothing can be made in costs the events of that time, and no others") {
    constexpr std::uint64_t phases = 10, each = campaign_events / phases;
    folder const here;
    auto const own = here / "own";
    std::vector<std::string> before;
    std::atomic<int> told{0};
    patient_sink sink(file_options{.path = own + "/f", .on_error = [&](sonde::exception const&) { ++told; }});
    for (std::uint64_t phase = 0; phase < phases; ++phase) {
        if (phase % 2 == 1) {
            before.push_back(here / ("before-" + std::to_string(phase)));
            REQUIRE(std::rename((own + "/f").c_str(), before.back().c_str()) == 0);
            if (::geteuid() == 0) {  // whom no mode stops: something that is no folder
                REQUIRE(std::filesystem::remove(own));
                sonde::tests::write(own, "");
            } else {
                REQUIRE(::chmod(own.c_str(), 0500) == 0);
            }
        }
        auto const share = each / emitting_threads, from = phase * share;
        emit_from_all(sink, from, from + share);
        CHECK(sink.flush(200s).still_queued == 0);
        CHECK(sink.stats().dropped >= (phase + 1) / 2 * each);
        if (phase % 2 == 1) {
            if (::geteuid() == 0) {
                std::filesystem::remove(own);
            } else {
                REQUIRE(::chmod(own.c_str(), 0700) == 0);
            }
        }
    }
    CHECK(told == phases / 2);
    sink.consume(sonde::tests::numbered{campaign_events});
    sink.flush(200s);
    sink.shutdown(200s);
    before.push_back(own + "/f");
    arrivals arrived;
    read_all(before, arrived);
    CHECK(arrived.events() == campaign_events / 2 + 1);
    check_counts(sink.stats(), arrived);
}
