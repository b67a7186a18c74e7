// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sonde/delivery/spool.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <map>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using sonde::batch;
using sonde::spool;
using sonde::spool_record;
using sonde::trace_id;
using sonde::tests::content;
using sonde::tests::folder;

namespace {

constexpr std::uint64_t large = std::uint64_t{1} << 30;

spool::options at(std::string dir, std::uint64_t segment_bytes = 1000, std::uint64_t max_bytes = large) {
    return {.dir = std::move(dir), .max_bytes = max_bytes, .segment_bytes = segment_bytes};
}

// The batch with the number n: one event a line, as many as n says.
std::string text_of(int n) {
    std::string text;
    for (int i = 0; i <= n % 3; ++i) { text += "{\"batch\":" + std::to_string(n) + "}\n"; }
    return text;
}
std::uint64_t events_of(int n) { return static_cast<std::uint64_t>(n % 3 + 1); }
trace_id key_of(int n) { return {7, static_cast<std::uint64_t>(n) + 1}; }

bool add(spool& to, int n) { return to.add(text_of(n), events_of(n), key_of(n)); }

// The number of the batch at the front; -1: none, -2: one that nobody added.
int front(spool& of) {
    batch found;
    if (!of.front(found)) { return -1; }
    auto const n = static_cast<int>(found.key.low) - 1;
    auto const right = n >= 0 && found.text == text_of(n) && found.events == events_of(n) && found.key == key_of(n);
    return right ? n : -2;
}

std::vector<int> replayed(spool& of) {
    std::vector<int> all;
    for (int n; (n = front(of)) != -1; of.pop()) { all.push_back(n); }
    return all;
}

std::vector<int> numbers(int from, int end) {
    std::vector<int> all;
    for (int n = from; n < end; ++n) { all.push_back(n); }
    return all;
}

std::uint64_t events_of(std::vector<int> const& all) {
    std::uint64_t events = 0;
    for (int const n : all) { events += events_of(n); }
    return events;
}

std::uint64_t bytes_in(std::string const& path) {
    std::uint64_t bytes = 0;
    for (auto const& each : std::filesystem::directory_iterator(path)) { bytes += each.file_size(); }
    return bytes;
}

std::vector<std::string> folder_names(std::string const& path) {
    std::vector<std::string> all;
    for (auto const& each : std::filesystem::directory_iterator(path)) {
        all.push_back(each.path().filename().string());
    }
    std::sort(all.begin(), all.end());
    return all;
}

unsigned mode_of(std::string const& path) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

template <class Body>
pid_t started(Body&& body) {
    auto const child = ::fork();
    if (child == 0) {
        ::alarm(120);  // instead of hanging
        ::_exit(body() ? 0 : 1);
    }
    return child;
}

bool ended_well(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

template <class Body>
bool in_child(Body&& body) {
    return ended_well(started(body));
}

}  // namespace

TEST_CASE("what is added comes back, with its events and its key") {
    folder const here;
    spool kept(at(here / "spool"));
    CHECK(kept.empty());
    CHECK(front(kept) == -1);
    kept.pop();  // nothing was lent
    REQUIRE(add(kept, 1));
    REQUIRE(kept.add("", 0, {1, 2}));
    std::string const odd("\0\n\xFF SSP1", 8);
    REQUIRE(kept.add(odd, 1, {~std::uint64_t{0}, 3}));
    CHECK(kept.events() == 3);

    CHECK(front(kept) == 1);
    CHECK(front(kept) == 1);  // until it is popped
    CHECK(kept.events() == 3);
    kept.pop();
    kept.pop();  // once
    CHECK(kept.events() == 1);
    batch found;
    found.tries = 3;
    REQUIRE(kept.front(found));
    CHECK(found.text.empty());
    CHECK(found.events == 0);
    CHECK(found.tries == 0);
    kept.pop();
    REQUIRE(kept.front(found));
    CHECK(found.text == odd);
    CHECK(found.key == trace_id{~std::uint64_t{0}, 3});
    kept.pop();
    CHECK(kept.empty());
    CHECK(std::filesystem::is_empty(here / "spool"));
    CHECK(kept.take_dropped() == 0);
    CHECK(kept.take_adopted() == 0);
}

TEST_CASE("batches come back in the order they were added, over many segments and few descriptors") {
    folder const here;
    auto const open_files = [] {
        std::filesystem::directory_iterator const all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    auto const before = open_files();
    spool kept(at(here / "spool"));
    std::vector<int> back;
    for (int n = 0; n < 300; ++n) {
        REQUIRE(add(kept, n));
        if (n % 3 != 0) { continue; }
        back.push_back(front(kept));
        kept.pop();
    }
    CHECK(open_files() <= before + 3);
    for (int const n : replayed(kept)) { back.push_back(n); }
    CHECK(back == numbers(0, 300));
    CHECK(kept.empty());
    REQUIRE(add(kept, 1));
    CHECK(replayed(kept) == numbers(1, 2));
}

TEST_CASE("a batch that is more than a segment has one of its own") {
    folder const here;
    spool kept(at(here / "spool", 100));
    std::string const long_text(5000, 'x');
    for (int n = 0; n < 3; ++n) { REQUIRE(kept.add(long_text, 1, key_of(n))); }
    CHECK(here.names() == std::vector<std::string>{"spool"});
    CHECK(bytes_in(here / "spool") == 3 * (5000 + spool_record::head_size));
    batch found;
    for (int n = 0; n < 3; ++n, kept.pop()) {
        REQUIRE(kept.front(found));
        CHECK((found.text == long_text && found.key == key_of(n)));
    }
}

TEST_CASE("what was left is found later, from where it was left") {
    folder const here;
    {
        spool first(at(here / "spool"));
        for (int n = 0; n < 50; ++n) { REQUIRE(add(first, n)); }
        for (int n = 0; n < 20; ++n, first.pop()) { REQUIRE(front(first) == n); }
        CHECK(front(first) == 20);  // and not popped
    }
    {
        spool second(at(here / "spool"));
        CHECK(second.empty());  // it has not looked
        for (int n = 50; n < 60; ++n) { REQUIRE(add(second, n)); }
        CHECK(front(second) == 20);
        CHECK(second.take_adopted() == events_of(numbers(20, 50)));
        CHECK(second.events() == events_of(numbers(20, 60)));
    }
    spool third(at(here / "spool"));
    REQUIRE(add(third, 60));
    CHECK(replayed(third) == numbers(20, 61));
    CHECK(third.take_adopted() == events_of(numbers(20, 60)));
    CHECK(third.take_dropped() == 0);
    CHECK(std::filesystem::is_empty(here / "spool"));
}

TEST_CASE("what another has is left to it as long as it lives") {
    folder const here;
    spool one(at(here / "spool")), other(at(here / "spool"));
    for (int n = 0; n < 50; ++n) { REQUIRE(add(one, n)); }
    CHECK(front(other) == -1);
    for (int n = 0; n < 40; ++n, one.pop()) { REQUIRE(front(one) == n); }
    CHECK(front(other) == -1);
    for (int n = 50; n < 60; ++n) { REQUIRE(add(one, n)); }
    CHECK(front(other) == -1);
    CHECK(replayed(one) == numbers(40, 60));
}

TEST_CASE("who comes later is behind what is there, whatever the clock says") {
    folder const here;
    {
        spool first(at(here / "spool", 10'000));
        REQUIRE(add(first, 1));
    }
    // As if the clock had been ahead then.
    auto const path = std::filesystem::directory_iterator(here / "spool")->path();
    auto name = path.filename().string();
    name[0] = '7';
    std::filesystem::rename(path, path.parent_path() / name);
    {
        spool second(at(here / "spool"));
        REQUIRE(add(second, 2));
    }
    spool third(at(here / "spool"));
    CHECK(replayed(third) == numbers(1, 3));
}

TEST_CASE("of a process that was killed all is there that was said to be kept") {
    auto const replays = GENERATE(false, true);
    std::srand(1);
    for (int round = 0; round < 25; ++round) {
        folder const here;
        int pipes[2];
        REQUIRE(::pipe(pipes) == 0);
        auto const child = started([&] {
            spool kept(at(here / "spool"));
            for (int n = 0;; ++n) {
                if (!add(kept, n) || ::write(pipes[1], "a", 1) != 1) { return false; }
                if (!replays || n % 2 == 0) { continue; }
                if (front(kept) != n / 2) { return false; }
                kept.pop();
                if (::write(pipes[1], "p", 1) != 1) { return false; }
            }
        });
        ::close(pipes[1]);
        int added = 0, popped = 0;
        char said = 0;
        for (auto wait = std::rand() % 3000; ::read(pipes[0], &said, 1) == 1; --wait) {
            ++(said == 'a' ? added : popped);
            if (wait == 0) { ::kill(child, SIGKILL); }  // and what it has said until then is read
        }
        ::close(pipes[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));

        spool later(at(here / "spool"));
        auto const back = replayed(later);
        REQUIRE_FALSE(back.empty());
        // It may have come one step further than it said.
        CHECK((back.front() == popped || back.front() == popped + 1));
        CHECK((back.back() == added - 1 || back.back() == added));
        CHECK(back == numbers(back.front(), back.back() + 1));
        CHECK(later.take_dropped() == 0);
    }
}

TEST_CASE("a wrong byte is never a wrong batch") {
    folder const here;
    {
        spool kept(at(here / "spool", 100'000));
        for (int n = 0; n < 5; ++n) { REQUIRE(add(kept, n)); }
        REQUIRE(front(kept) == 0);
        kept.pop();
    }
    auto const path = std::filesystem::directory_iterator(here / "spool")->path().string();
    auto const good = content(path);
    for (std::size_t offset = 0; offset < good.size(); ++offset) {
        for (int const wrong : {0x01, 0x80, 0xFF, good[offset] & 0xFF}) {
            auto bad = good;
            bad[offset] = static_cast<char>(bad[offset] ^ wrong);
            sonde::tests::write(path, bad);
            spool kept(at(here / "spool"));
            auto const back = replayed(kept);
            INFO("at " << offset << ", changed by " << wrong);
            REQUIRE(std::count(back.begin(), back.end(), -2) == 0);
            REQUIRE(std::is_sorted(back.begin(), back.end()));
            auto const dropped = kept.take_dropped();
            REQUIRE(kept.take_adopted() == events_of(back) + dropped);
            std::uint64_t lost = 0;
            for (int const n : numbers(1, 5)) {
                lost += std::count(back.begin(), back.end(), n) == 0 ? events_of(n) : 0;
            }
            REQUIRE(dropped >= lost);  // behind a damaged head events are lines
            REQUIRE(kept.empty());
            REQUIRE(std::filesystem::is_empty(here / "spool"));
            // A damaged text loses its batch and no other.
            auto const in_text = offset >= good.size() - text_of(4).size();
            if (in_text && wrong != 0) { REQUIRE((back == numbers(1, 4) && dropped == events_of(4))); }
        }
    }
}

TEST_CASE("a wrong byte in what this process keeps is counted") {
    folder const here;
    spool kept(at(here / "spool", 100'000));
    for (int n = 0; n < 5; ++n) { REQUIRE(add(kept, n)); }
    auto const path = std::filesystem::directory_iterator(here / "spool")->path().string();
    auto const good = content(path);
    auto const second = spool_record::head_size + text_of(0).size();
    auto const break_at = [&](std::size_t offset) {
        sonde::open_file const file(::open(path.c_str(), O_WRONLY));
        REQUIRE(::pwrite(file.get(), "!", 1, static_cast<off_t>(offset)) == 1);
    };
    SECTION("in a text: that batch") {
        break_at(second + spool_record::head_size);
        CHECK(replayed(kept) == std::vector<int>{0, 2, 3, 4});
        CHECK(kept.take_dropped() == events_of(1));
    }
    SECTION("in a head: what follows in the segment") {
        break_at(second);
        CHECK(replayed(kept) == std::vector<int>{0});
        CHECK(kept.take_dropped() == events_of(numbers(1, 5)));
    }
    CHECK(kept.take_dropped() == 0);
    CHECK(kept.empty());
    REQUIRE(add(kept, 5));
    CHECK(replayed(kept) == numbers(5, 6));
}

TEST_CASE("a torn tail loses the record it is in") {
    folder const here;
    {
        spool kept(at(here / "spool", 100'000));
        for (int n = 0; n < 4; ++n) { REQUIRE(add(kept, n)); }
    }
    auto const path = std::filesystem::directory_iterator(here / "spool")->path().string();
    auto const good = content(path);
    std::size_t whole = 0;
    int records = 0;
    for (std::size_t size = 0; size <= good.size(); ++size) {
        if (size == whole + spool_record::head_size + text_of(records).size()) {
            whole = size;
            ++records;
        }
        sonde::tests::write(path, good.substr(0, size));
        spool kept(at(here / "spool"));
        REQUIRE(replayed(kept) == numbers(0, records));
        REQUIRE(kept.take_dropped() == 0);
        REQUIRE(std::filesystem::is_empty(here / "spool"));
    }
}

TEST_CASE("what is not the spool's is left alone") {
    folder const here;
    sonde::tests::write(here / "notes.txt", "mine");
    sonde::tests::write(here / "0123456789abcdef-00000001-0123456789abcdef-00000000.spool.bak", "mine");
    std::filesystem::create_directory(here / "0123456789abcdef-00000001-0123456789abcdef-00000000.spool");
    auto const names = here.names();
    spool kept(at(here.path()));
    CHECK(front(kept) == -1);
    REQUIRE(add(kept, 1));
    CHECK(replayed(kept) == numbers(1, 2));
    CHECK(here.names() == names);
}

TEST_CASE("what has no room is refused, and nothing of it is left") {
    folder const here;
    CHECK(in_child([&] {
        rlimit limit{1000, RLIM_INFINITY};  // and SIGXFSZ is not ignored
        ::setrlimit(RLIMIT_FSIZE, &limit);
        spool kept(at(here / "spool", 100'000));
        auto const first = add(kept, 0);
        auto const size = bytes_in(here / "spool");
        auto const refused = !kept.add(std::string(2000, 'x'), 9, {}) && kept.error() == EFBIG && kept.events() == 1;
        auto const nothing_left = bytes_in(here / "spool") == size;
        auto const second = add(kept, 1);
        auto const back = replayed(kept) == numbers(0, 2);
        auto const no_segment = !kept.add(std::string(2000, 'x'), 9, {}) && std::filesystem::is_empty(here / "spool");
        limit.rlim_cur = RLIM_INFINITY;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        return first && refused && nothing_left && second && back && no_segment && add(kept, 2) && front(kept) == 2;
    }));
}

TEST_CASE("a disk that is full is in service again when it has room") {
    folder const here;
    auto const may_mount = in_child([] { return ::unshare(CLONE_NEWNS) == 0; });
    if (!may_mount) { return; }
    CHECK(in_child([&] {
        // In a name space of the child's own, which ends with it.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("none", here.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
            return false;
        }
        spool kept(at(here / "spool", 16'000));
        int n = 0;
        while (add(kept, n)) { ++n; }
        auto const told = kept.error() == ENOSPC && n > 100 && !add(kept, n);
        for (int i = 0; i < n / 2; ++i, kept.pop()) {
            if (front(kept) != i) { return false; }
        }
        return told && add(kept, n) && replayed(kept) == numbers(n / 2, n + 1) && kept.take_dropped() == 0;
    }));
}

TEST_CASE("the oldest make way, and are counted") {
    folder const here;
    constexpr std::uint64_t most = 20'000;
    spool kept(at(here / "spool", 1000, most));
    std::uint64_t dropped = 0;
    for (int n = 0; n < 1000; ++n) {
        REQUIRE(add(kept, n));
        REQUIRE(bytes_in(here / "spool") <= most);
        dropped += kept.take_dropped();
        REQUIRE(kept.events() + dropped == events_of(numbers(0, n + 1)));
    }
    auto const back = replayed(kept);
    CHECK(back == numbers(back.front(), 1000));
    CHECK(dropped == events_of(numbers(0, back.front())));
    CHECK(back.size() > 150);
}

TEST_CASE("what an owner that is gone has left makes way first") {
    folder const here;
    {
        spool first(at(here / "spool", 1000, 20'000));
        for (int n = 0; n < 150; ++n) { REQUIRE(add(first, n)); }
        REQUIRE(first.take_dropped() == 0);
    }
    spool second(at(here / "spool", 1000, 20'000));
    for (int n = 150; n < 300; ++n) { REQUIRE(add(second, n)); }
    auto const dropped = second.take_dropped();
    CHECK(second.take_adopted() == events_of(numbers(0, 150)));
    CHECK(second.events() + dropped == events_of(numbers(0, 300)));
    auto const back = replayed(second);
    CHECK(back == numbers(back.front(), 300));
    CHECK(dropped == events_of(numbers(0, back.front())));
    CHECK(bytes_in(here / "spool") == 0);
}

TEST_CASE("what is lent when its segment makes way is settled once") {
    folder const here;
    spool kept(at(here / "spool", 1000, 8000));
    int n = 0;
    for (; kept.events() < 100; ++n) { REQUIRE(add(kept, n)); }
    REQUIRE(front(kept) == 0);
    for (std::uint64_t dropped = 0; dropped == 0; ++n) {
        REQUIRE(add(kept, n));
        dropped = kept.take_dropped();
        REQUIRE(kept.events() + dropped == events_of(numbers(0, n + 1)));
    }
    auto const before = kept.events();
    SECTION("as arrived") {
        kept.pop();
        CHECK(kept.events() == before - events_of(0));
        CHECK(kept.take_dropped() == 0);
    }
    SECTION("as lost, when it is asked for again") {
        CHECK(front(kept) > 1);
        CHECK(kept.take_dropped() == events_of(0));
        CHECK(kept.events() == before - events_of(0));
    }
    auto const back = replayed(kept);
    CHECK(back == numbers(back.front(), n));
    CHECK(kept.empty());
    CHECK(kept.take_dropped() == 0);
}

TEST_CASE("what is too long is refused") {
    folder const here;
    spool kept(at(here / "spool", 1000, 8000));
    CHECK_FALSE(kept.add(std::string(8000, 'x'), 1, {}));
    CHECK(kept.error() == EMSGSIZE);
    CHECK(kept.add(std::string(8000 - spool_record::head_size, 'x'), 1, {}));
    spool unbounded(at(here / "spool"));
    CHECK_FALSE(unbounded.add(std::string(spool_record::most_text + 1, 'x'), 1, {}));
    CHECK(unbounded.error() == EMSGSIZE);
}

TEST_CASE("others who have all the room keep it") {
    folder const here;
    spool first(at(here / "spool")), second(at(here / "spool", 1000, 3000));
    for (int n = 0; n < 50; ++n) { REQUIRE(add(first, 1)); }
    CHECK_FALSE(add(second, 2));
    CHECK(second.error() == ENOSPC);
    CHECK(front(first) == 1);
}

TEST_CASE("a folder that can't be written to is told of") {
    folder const here;
    auto const user = ::geteuid() == 0 ? 65534 : ::geteuid();
    REQUIRE(::chown(here.path().c_str(), user, ::getegid()) == 0);
    CHECK(in_child([&] {
        if (::setresuid(user, user, user) != 0) { return false; }  // root may write everywhere
        {
            spool before(at(here / "spool"));
            if (!add(before, 1)) { return false; }
        }
        ::chmod((here / "spool").c_str(), 0500);
        spool kept(at(here / "spool"));
        auto const told = !add(kept, 2) && kept.error() == EACCES && kept.empty();
        spool nowhere(at(here / "spool/deeper/spool"));
        auto const none = !add(nowhere, 2) && nowhere.error() == EACCES && front(nowhere) == -1;
        ::chmod((here / "spool").c_str(), 0700);
        // What can't be removed is not lost either.
        spool bounded(at(here / "spool", 400, 130));
        auto const makes_way = add(bounded, 3) && bounded.take_dropped() == events_of(1);
        ::chmod((here / "spool").c_str(), 0500);
        auto const stays =
            !bounded.add(std::string(60, 'x'), 1, {}) && bounded.error() == EACCES && bounded.take_dropped() == 0;
        ::chmod((here / "spool").c_str(), 0700);
        return told && none && makes_way && stays && add(kept, 2) && front(bounded) == 3 && front(kept) == 2;
    }));
    sonde::tests::write(here / "file", "");
    spool in_a_file(at(here / "file"));
    CHECK_FALSE(add(in_a_file, 1));
    CHECK(in_a_file.error() == ENOTDIR);
}

TEST_CASE("a link in the way is not followed") {
    folder const here;
    {
        spool elsewhere(at(here / "elsewhere"));
        REQUIRE(add(elsewhere, 1));
    }
    auto const segment = std::filesystem::directory_iterator(here / "elsewhere")->path();
    std::filesystem::create_directory(here / "spool");
    std::filesystem::create_symlink(segment, here / "spool/" + segment.filename().string());
    spool kept(at(here / "spool"));
    CHECK(front(kept) == -1);
    REQUIRE(add(kept, 2));
    CHECK(replayed(kept) == numbers(2, 3));
    CHECK(std::filesystem::exists(segment));

    // To the folder, this user's own is.
    std::filesystem::create_directory_symlink(here / "elsewhere", here / "link");
    spool linked(at(here / "link"));
    CHECK(front(linked) == 1);
    if (::geteuid() != 0) { return; }
    REQUIRE(::lchown((here / "link").c_str(), 65534, 65534) == 0);
    spool refused(at(here / "link"));
    CHECK_FALSE(add(refused, 3));
    CHECK((refused.error() == ELOOP || refused.error() == ENOTDIR));
}

TEST_CASE("what another user has put there is not sent") {
    if (::geteuid() != 0) { return; }
    folder const here;
    {
        spool theirs(at(here / "spool"));
        REQUIRE(add(theirs, 1));
    }
    auto const segment = std::filesystem::directory_iterator(here / "spool")->path();
    REQUIRE(::chown(segment.c_str(), 65534, 65534) == 0);
    spool kept(at(here / "spool"));
    CHECK(front(kept) == -1);
    CHECK(std::filesystem::exists(segment));
}

TEST_CASE("a file that is not this user's any more holds up no other") {
    if (::geteuid() != 0) { return; }
    folder const here;
    spool kept(at(here / "spool"));
    for (int n = 0; n < 50; ++n) { REQUIRE(add(kept, n)); }
    auto const all = folder_names(here / "spool");
    REQUIRE(all.size() > 3);
    REQUIRE(::chown((here / "spool/" + all[0]).c_str(), 65534, 65534) == 0);
    std::filesystem::remove(here / "spool/" + all[1]);
    std::filesystem::create_symlink("/dev/null", here / "spool/" + all[1]);
    auto const back = replayed(kept);
    CHECK(back == numbers(back.front(), 50));
    CHECK(kept.take_dropped() == events_of(numbers(0, back.front())));
    CHECK(kept.empty());
}

TEST_CASE("nobody else can read it") {
    folder const here;
    auto const before = ::umask(0);
    spool kept(at(here / "above/spool"));
    auto const added = add(kept, 1);
    ::umask(before);
    REQUIRE(added);
    CHECK(mode_of(here / "above/spool") == 0700);
    CHECK(mode_of(std::filesystem::directory_iterator(here / "above/spool")->path()) == 0600);
}

TEST_CASE("the folder is where the working directory was") {
    folder const here;
    CHECK(in_child([&] {
        if (::chdir(here.path().c_str()) != 0) { return false; }
        spool kept(at("spool"));
        return ::chdir("/") == 0 && add(kept, 1);
    }));
    CHECK(here.names() == std::vector<std::string>{"spool"});
}

TEST_CASE("what somebody has removed is counted, and what follows is kept") {
    folder const here;
    spool kept(at(here / "spool"));
    for (int n = 0; n < 50; ++n) { REQUIRE(add(kept, n)); }
    SECTION("the folder") { std::filesystem::remove_all(here / "spool"); }
    SECTION("the files") {
        for (auto const& each : std::filesystem::directory_iterator(here / "spool")) {
            std::filesystem::remove(each.path());
        }
    }
    for (int n = 50; n < 60; ++n) { REQUIRE(add(kept, n)); }
    CHECK(replayed(kept) == numbers(50, 60));
    CHECK(kept.take_dropped() == events_of(numbers(0, 50)));
    CHECK(kept.empty());
}

TEST_CASE("a folder that is removed is noticed without another batch") {
    folder const here;
    spool kept(at(here / "spool"));
    for (int n = 0; n < 50; ++n) { REQUIRE(add(kept, n)); }
    std::filesystem::remove_all(here / "spool");
    CHECK(front(kept) == -1);
    CHECK(kept.empty());
    CHECK(kept.take_dropped() == events_of(numbers(0, 50)));
}

TEST_CASE("what one leaves others may have, and it can go on itself") {
    folder const here;
    spool one(at(here / "spool")), other(at(here / "spool"));
    for (int n = 0; n < 20; ++n) { REQUIRE(add(one, n)); }
    REQUIRE(front(one) == 0);
    one.pop();
    REQUIRE(front(one) == 1);
    one.leave();
    CHECK(one.empty());
    CHECK(replayed(other) == numbers(1, 20));
    REQUIRE(add(one, 20));
    CHECK(replayed(one) == numbers(20, 21));
}

TEST_CASE("several processes share a folder: each batch is replayed once, in order") {
    folder const here;
    int pipes[2];
    REQUIRE(::pipe(pipes) == 0);
    constexpr int processes = 4, each = 400;
    std::vector<pid_t> children;
    for (int c = 0; c < processes; ++c) {
        children.push_back(started([&, c] {
            // Two spools one after the other, so that there is something to take over.
            for (int life = 0; life < 2; ++life) {
                spool kept(at(here / "spool", 400));
                auto const tell = [&] {
                    int const said[2] = {c, front(kept)};
                    if (said[1] < 0) { return said[1] == -1; }
                    kept.pop();
                    return ::write(pipes[1], said, sizeof said) == sizeof said;
                };
                for (int n = life * each / 2; n < (life + 1) * each / 2; ++n) {
                    if (!add(kept, c * each + n) || (n % 2 == 0 && !tell())) { return false; }
                }
                if (kept.take_dropped() != 0) { return false; }
            }
            return true;
        }));
    }
    ::close(pipes[1]);
    std::vector<int> times(processes * each);
    std::map<std::pair<int, int>, int> last;  // by who replayed it and whose it is
    auto in_order = true;
    for (int said[2]; ::read(pipes[0], said, sizeof said) == sizeof said;) {
        REQUIRE(said[1] < processes * each);
        ++times[static_cast<std::size_t>(said[1])];
        auto& before = last.try_emplace({said[0], said[1] / (each / 2)}, -1).first->second;
        in_order = in_order && before < said[1];
        before = said[1];
    }
    ::close(pipes[0]);
    for (auto const child : children) { CHECK(ended_well(child)); }
    CHECK(in_order);
    spool later(at(here / "spool"));
    for (int const n : replayed(later)) { ++times.at(static_cast<std::size_t>(n)); }
    CHECK(times == std::vector<int>(processes * each, 1));
    CHECK(std::filesystem::is_empty(here / "spool"));
}

TEST_CASE("of processes that share a folder and are killed nothing is lost, and little comes twice") {
    std::srand(2);
    for (int round = 0; round < 10; ++round) {
        folder const here;
        int pipes[2];
        REQUIRE(::pipe(pipes) == 0);
        constexpr int processes = 4, each = 100'000;
        std::vector<pid_t> children;
        for (int c = 0; c < processes; ++c) {
            children.push_back(started([&, c] {
                spool kept(at(here / "spool", 400));
                auto const tell = [&](int what, int n) {
                    int const said[2] = {what, n};
                    return ::write(pipes[1], said, sizeof said) == sizeof said;
                };
                for (int n = c * each;; ++n) {
                    if (!add(kept, n) || !tell(0, n)) { return false; }
                    if (n % 3 == 0) { continue; }
                    auto const found = front(kept);
                    if (found < 0 || !tell(1, found)) { return false; }
                    kept.pop();
                }
            }));
        }
        ::close(pipes[1]);
        std::map<int, int> added, back;
        auto wait = 200 + std::rand() % 1000;
        auto next = children.begin();
        for (int said[2]; ::read(pipes[0], said, sizeof said) == sizeof said;) {
            ++(said[0] == 0 ? added : back)[said[1]];
            if (--wait != 0) { continue; }
            ::kill(*next, SIGKILL);  // one after the other, so that those that live take over
            wait = ++next == children.end() ? -1 : 1 + std::rand() % 1000;
        }
        ::close(pipes[0]);
        for (auto const child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            CHECK(WIFSIGNALED(status));
        }
        spool later(at(here / "spool"));
        for (int const n : replayed(later)) { ++back[n]; }
        CHECK(later.take_dropped() == 0);
        CHECK(back.count(-2) == 0);
        int lost = 0, more = 0;
        for (auto const& [n, times] : added) { lost += back.count(n) == 0; }
        for (auto const& [n, times] : back) { more += times - 1; }
        CHECK(lost == 0);
        CHECK(more <= processes);  // each was killed once
        CHECK(back.size() <= added.size() + processes);
        CHECK(std::filesystem::is_empty(here / "spool"));
    }
}

TEST_CASE("a forked child starts empty and leaves its parent's segments alone") {
    folder const here;
    spool kept(at(here / "spool"));
    for (int n = 0; n < 30; ++n) { REQUIRE(add(kept, n)); }
    REQUIRE(front(kept) == 0);
    CHECK(in_child([&] {
        auto const empty = kept.empty() && front(kept) == -1 && kept.take_dropped() == 0;
        kept.pop();
        return empty && add(kept, 100) && kept.events() == events_of(100) && front(kept) == 100;
    }));
    CHECK(kept.events() == events_of(numbers(0, 30)));
    CHECK(replayed(kept) == [] {
        auto all = numbers(0, 30);
        all.push_back(100);  // of the child, which is gone
        return all;
    }());
}

TEST_CASE("a parent's segments are free when it ends, though a child of it lives") {
    folder const here;
    int gone[2], told[2];
    REQUIRE(::pipe(gone) == 0);
    REQUIRE(::pipe(told) == 0);
    auto const parent = started([&] {
        spool kept(at(here / "spool"));
        if (!add(kept, 1) || front(kept) != 1) { return false; }
        auto const child = ::fork();
        if (child != 0) {
            char ready = 0;
            auto const well = ::read(told[0], &ready, 1) == 1;
            ::_exit(well && child > 0 ? 0 : 1);
        }
        ::alarm(120);
        ::close(gone[1]);
        auto own = kept.fresh();
        char end = 0;
        auto const added = add(own, 2) && ::write(told[1], "x", 1) == 1;
        return added && ::read(gone[0], &end, 1) == 0;  // lives until the test has looked
    });
    CHECK(ended_well(parent));
    spool later(at(here / "spool"));
    CHECK(replayed(later) == numbers(1, 2));
    for (int const each : {gone[0], gone[1], told[0], told[1]}) { ::close(each); }
}
