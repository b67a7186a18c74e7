// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/transport.hpp"

#include <sonde/codec/json_lines.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/transport/file_transport.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using sonde::file_transport;
using sonde::transport_outcome;
using sonde::tests::content;
using sonde::tests::folder;

namespace {

file_transport at(std::string path, std::uint64_t max_file_bytes = 0, unsigned max_files = 3) {
    return file_transport({.path = std::move(path),
                           .max_file_bytes = max_file_bytes,
                           .max_files = max_files,
                           .torn = &sonde::json_lines::torn});
}

unsigned mode_of(std::string const& path) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

// Runs `body` in a child process; true if that ended as it should.
template <class Body>
bool in_child(Body&& body) {
    auto const child = ::fork();
    if (child == 0) { ::_exit(body() ? 0 : 1); }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("file_transport obeys the laws of transports") {
    folder const here;
    sonde::tests::delivers_by_law([&] { return at(here / "law.jsonl"); }, [&] { return content(here / "law.jsonl"); });
}

TEST_CASE("a new file is for its owner only, a new folder is not for others to write to") {
    folder const here;
    auto const before = ::umask(0);
    auto transport = at(here / "a/b/c.jsonl");
    CHECK(transport.send("x\n").outcome == transport_outcome::delivered);
    ::umask(before);
    CHECK(mode_of(here / "a/b/c.jsonl") == 0600);
    CHECK(mode_of(here / "a") == 0755);
    CHECK(mode_of(here / "a/b") == 0755);
}

TEST_CASE("a file that exists is appended to, and keeps its mode") {
    folder const here;
    sonde::tests::write(here / "f", "before\n");
    REQUIRE(::chmod((here / "f").c_str(), 0644) == 0);
    auto transport = at(here / "f");
    transport.send("after\n");
    CHECK(content(here / "f") == "before\nafter\n");
    CHECK(mode_of(here / "f") == 0644);
}

TEST_CASE("no program started later inherits the file") {
    folder const here;
    auto transport = at(here / "f");
    transport.open();
    int found = 0;
    for (int descriptor = 3; descriptor < 256; ++descriptor) {
        struct stat status{}, file{};
        REQUIRE(::stat((here / "f").c_str(), &file) == 0);
        if (::fstat(descriptor, &status) == 0 && status.st_ino == file.st_ino) {
            ++found;
            CHECK((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
        }
    }
    CHECK(found == 1);
}

TEST_CASE("the file stays where it is when the working directory changes") {
    folder const here;
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(here.path());
    auto transport = at("relative/f");
    std::filesystem::current_path("/");
    transport.send("x\n");
    std::filesystem::current_path(before);
    CHECK(content(here / "relative/f") == "x\n");
    CHECK(transport.path() == std::filesystem::canonical(here.path()).string() + "/relative/f");
}

TEST_CASE("a file that would get too long makes way") {
    folder const here;
    auto transport = at(here / "f", 10, 2);
    for (char c = 'a'; c <= 'g'; ++c) {
        CHECK(transport.send(std::string(4, c) + '\n').outcome == transport_outcome::delivered);
    }
    CHECK(content(here / "f") == "gggg\n");
    CHECK(content(here / "f.1") == "eeee\nffff\n");
    CHECK(content(here / "f.2") == "cccc\ndddd\n");
    CHECK(here.names() == std::vector<std::string>{"f", "f.1", "f.2"});
    CHECK(mode_of(here / "f") == 0600);
}

TEST_CASE("a line longer than a file has one of its own, whole") {
    folder const here;
    auto transport = at(here / "f", 10);
    transport.send("a\n");
    transport.send(std::string(30, 'b') + '\n');
    transport.send("c\n");
    CHECK(content(here / "f.2") == "a\n");
    CHECK(content(here / "f.1") == std::string(30, 'b') + '\n');
    CHECK(content(here / "f") == "c\n");
}

TEST_CASE("a batch is divided between lines, and every file stays within its size") {
    folder const here;
    std::string batch, read;
    for (int i = 0; i < 100; ++i) { batch += "line " + std::to_string(i) + '\n'; }
    auto transport = at(here / "f", 64, 100);
    transport.send("first\n");
    auto const result = transport.send(batch);
    CHECK(result.outcome == transport_outcome::delivered);
    CHECK(result.taken == batch.size());
    auto const names = here.names();
    for (auto number = names.size() - 1; number > 0; --number) {
        auto const part = content(here / ("f." + std::to_string(number)));
        CHECK(part.size() <= 64);
        CHECK(part.size() + 8 > 64);
        CHECK(part.back() == '\n');
        read += part;
    }
    CHECK(read + content(here / "f") == "first\n" + batch);
}

TEST_CASE("a file that can't be moved is written beyond its size, and that is told") {
    folder const here;
    std::filesystem::create_directories(here / "f.1/not empty");
    auto transport = at(here / "f", 4, 1);
    CHECK(transport.send("aaa\n").problem == nullptr);
    auto const result = transport.send("bbb\n");
    CHECK(result.outcome == transport_outcome::delivered);
    CHECK(std::string(result.problem) == "rotate");
    CHECK(content(here / "f") == "aaa\nbbb\n");
    std::filesystem::remove_all(here / "f.1");
    CHECK(transport.send("ccc\n").problem == nullptr);
    CHECK(content(here / "f") == "ccc\n");
}

TEST_CASE("while somebody else rotates, lines go on into the file that is there") {
    folder const here;
    auto transport = at(here / "f", 4);
    transport.send("aaa\n");
    sonde::open_file const other(::open(here.path().c_str(), O_RDONLY | O_DIRECTORY));
    REQUIRE(other.lock(LOCK_EX));
    CHECK(transport.send("bbb\n").problem == nullptr);
    CHECK(here.names() == std::vector<std::string>{"f"});
    CHECK(content(here / "f") == "aaa\nbbb\n");
}

TEST_CASE("a file that is gone, renamed or replaced is made anew") {
    folder const here;
    auto transport = at(here / "sub/f");
    transport.send("one\n");
    std::filesystem::remove(here / "sub/f");
    transport.send("two\n");
    CHECK(content(here / "sub/f") == "two\n");

    std::filesystem::rename(here / "sub/f", here / "moved");
    transport.send("three\n");
    CHECK(content(here / "moved") == "two\n");
    CHECK(content(here / "sub/f") == "three\n");

    std::filesystem::remove_all(here / "sub");
    transport.send("four\n");
    CHECK(content(here / "sub/f") == "four\n");

    sonde::tests::write(here / "new", "new\n");
    std::filesystem::rename(here / "new", here / "sub/f");
    transport.send("five\n");
    CHECK(content(here / "sub/f") == "new\nfive\n");
}

TEST_CASE("a place that is none is told of, and served again when it is one") {
    folder const here;
    SECTION("a file in the way of the folders") {
        sonde::tests::write(here / "sub", "");
        auto transport = at(here / "sub/f");
        sonde::tests::fails_by_law(transport);
        std::filesystem::remove(here / "sub");
        CHECK(transport.send("x\n").outcome == transport_outcome::delivered);
        CHECK(content(here / "sub/f") == "x\n");
    }
    SECTION("a folder of that name") {
        std::filesystem::create_directory(here / "f");
        auto transport = at(here / "f");
        sonde::tests::fails_by_law(transport);
        CHECK(transport.send("x\n").cause == EISDIR);
        std::filesystem::remove(here / "f");
        CHECK(transport.send("x\n").outcome == transport_outcome::delivered);
    }
    SECTION("a folder put there while the file is open") {
        auto transport = at(here / "f");
        transport.send("x\n");
        std::filesystem::remove(here / "f");
        std::filesystem::create_directory(here / "f");
        sonde::tests::fails_by_law(transport);
        std::filesystem::remove(here / "f");
        CHECK(transport.send("y\n").problem == nullptr);
        CHECK(content(here / "f") == "y\n");
    }
}

TEST_CASE("a full disk is told of") {
    auto transport = at("/dev/full");
    CHECK(transport.open().problem == nullptr);
    sonde::tests::fails_by_law(transport);
    CHECK(transport.send("x\n").cause == ENOSPC);
}

TEST_CASE("a write that came to no end leaves nothing of its last line") {
    folder const here;
    // In a child, since the limit on file sizes is the process's.
    auto const full = [&](auto&& body) {
        return in_child([&] {
            rlimit const limit{1000, RLIM_INFINITY};
            return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 && body();
        });
    };
    SECTION("a line on its own") {
        REQUIRE(full([&] {
            auto transport = at(here / "f");
            auto const fits = transport.send(std::string(899, 'a') + '\n');
            auto const not_all = transport.send(std::string(199, 'b') + '\n');  // 100 bytes of it do
            auto const told =
                not_all.outcome == transport_outcome::failed && not_all.taken == 0 && not_all.cause == EFBIG;
            rlimit const limit{2000, RLIM_INFINITY};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            auto const again = transport.send(std::string(199, 'c') + '\n');
            return fits.taken == 900 && told && again.outcome == transport_outcome::delivered && again.taken == 200;
        }));
        CHECK((content(here / "f") == std::string(899, 'a') + '\n' + std::string(199, 'c') + '\n'));
    }
    SECTION("some lines of several") {
        REQUIRE(full([&] {
            auto transport = at(here / "f");
            std::string batch;
            for (int i = 0; i < 15; ++i) { batch += std::string(99, 'a') + '\n'; }
            batch.insert(850, 20, 'x');  // so that the limit falls within a line
            auto const some = transport.send(batch);
            return some.outcome == transport_outcome::failed && some.taken == 920 && some.cause == EFBIG;
        }));
        auto const found = content(here / "f");
        CHECK(found.size() == 920);
        CHECK(found.back() == '\n');
    }
}

TEST_CASE("the signal of a file too long does not end the program") {
    folder const here;
    REQUIRE(in_child([&] {
        std::signal(SIGXFSZ, SIG_DFL);
        rlimit const limit{10, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto transport = at(here / "f");
        return transport.send(std::string(100, 'a') + '\n').cause == EFBIG && transport.send("b\n").taken == 2;
    }));
    CHECK(content(here / "f") == "b\n");
}

TEST_CASE("what a crash left unfinished is healed when the file is opened") {
    folder const here;
    auto const after = [&](std::string const& left) {
        sonde::tests::write(here / "f", left);
        CHECK(at(here / "f").send("{\"a\":2}\n").problem == nullptr);
        return content(here / "f");
    };
    CHECK(after("") == "{\"a\":2}\n");
    CHECK(after("{\"a\":1}\n") == "{\"a\":1}\n{\"a\":2}\n");
    CHECK(after("{\"a\":1}\n{\"a\":\"x") == "{\"a\":1}\n{\"a\":2}\n");  // torn: of no use to anyone
    CHECK(after("{\"a\":\"x") == "{\"a\":2}\n");
    CHECK(after("{\"a\":1}\n{\"a\":3}") == "{\"a\":1}\n{\"a\":3}\n{\"a\":2}\n");  // whole: only its end is missing
    CHECK(after("my notes") == "my notes\n{\"a\":2}\n");                          // not ours to throw away
    auto const long_line = "{\"a\":\"" + std::string(100'000, 'x');
    CHECK((after("{\"a\":1}\n" + long_line) == "{\"a\":1}\n{\"a\":2}\n"));
    CHECK((after(long_line) == "{\"a\":2}\n"));
}

TEST_CASE("the end of a file that someone has open is theirs") {
    folder const here;
    auto first = at(here / "f");
    first.send("{\"a\":1}\n");
    {  // as if `first` were within a write
        sonde::open_file const file(::open((here / "f").c_str(), O_WRONLY | O_APPEND));
        REQUIRE(file.write("{\"a\":") == 5);
    }
    CHECK(at(here / "f").open().problem == nullptr);
    CHECK(content(here / "f") == "{\"a\":1}\n{\"a\":");
}

TEST_CASE("the end of a file is theirs even if whoever opened it before them has gone") {
    folder const here;
    auto second = [&] {
        auto first = at(here / "f");
        first.send("{\"a\":1}\n");
        auto other = at(here / "f");
        other.open();
        return other;
    }();
    sonde::tests::write(here / "f", "{\"a\":");
    CHECK(at(here / "f").open().problem == nullptr);
    CHECK(content(here / "f") == "{\"a\":");
}

TEST_CASE("links are followed if they were made by who may") {
    folder const here;
    SECTION("our own, and what it leads to is rotated") {
        std::filesystem::create_directory(here / "real");
        std::filesystem::create_symlink(here / "real/f", here / "link");
        auto transport = at(here / "link", 4);
        CHECK(transport.send("aaa\n").outcome == transport_outcome::delivered);
        CHECK(transport.send("bbb\n").outcome == transport_outcome::delivered);
        CHECK(content(here / "link") == "bbb\n");
        CHECK(content(here / "real/f.1") == "aaa\n");
        CHECK(std::filesystem::is_symlink(here / "link"));
    }
    SECTION("another user's") {
        std::filesystem::create_symlink(here / "target", here / "link");
        if (::lchown((here / "link").c_str(), 12345, 12345) != 0) { return; }  // only root can make such a link
        auto transport = at(here / "link");
        sonde::tests::fails_by_law(transport);
        CHECK(transport.send("x\n").cause == ELOOP);
        CHECK_FALSE(std::filesystem::exists(here / "target"));
    }
}

TEST_CASE("a pipe is written to and never waited for") {
    folder const here;
    REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
    auto transport = at(here / "pipe", 4);
    CHECK(transport.send("x\n").cause == ENXIO);  // no reader: opening it would wait

    sonde::open_file reader(::open((here / "pipe").c_str(), O_RDONLY | O_NONBLOCK));
    REQUIRE(reader);
    CHECK(transport.send("aaaa\n").problem == nullptr);
    CHECK(transport.send("bbbb\n").problem == nullptr);  // not rotated
    char bytes[64] = {};
    CHECK(::read(reader.get(), bytes, sizeof bytes) == 10);
    CHECK(std::string(bytes) == "aaaa\nbbbb\n");

    std::string const much(1 << 20, 'x');
    CHECK(transport.send(much + '\n').cause == EAGAIN);  // full: writing would wait
    std::string drained(2 << 20, '\0');
    REQUIRE(::read(reader.get(), drained.data(), drained.size()) > 0);
    CHECK(transport.send("next\n").outcome == transport_outcome::delivered);
    auto const count = ::read(reader.get(), drained.data(), drained.size());
    REQUIRE(count >= 6);
    CHECK(drained.substr(static_cast<std::size_t>(count) - 6, 6) == "\nnext\n");  // its line is its own

    reader = {};
    CHECK(transport.send("x\n").cause == EPIPE);  // and no SIGPIPE
}

TEST_CASE("two processes that append and rotate together lose no line and tear none") {
    folder const here;
    constexpr int count = 3000;
    auto const work = [&](char name) {
        auto transport = at(here / "f", 20'000, 1000);
        bool good = true;
        for (int i = 0; i < count; ++i) {
            auto const line =
                std::string(1, name) + std::to_string(i) + std::string(static_cast<std::size_t>(i % 50), '.') + '\n';
            auto const result = transport.send(line);
            good = good && result.outcome == transport_outcome::delivered && result.problem == nullptr;
        }
        return good;
    };
    auto const child = ::fork();
    if (child == 0) { ::_exit(work('c') ? 0 : 1); }
    CHECK(work('p'));
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);

    std::set<std::string> found;
    std::size_t total = 0;
    for (auto const& name : here.names()) {
        auto const text = content(here / name);
        REQUIRE(text.back() == '\n');
        for (auto const& line : sonde::tests::lines(here / name)) {
            found.insert(line);
            ++total;
        }
    }
    CHECK(here.names().size() > 1);  // how many, is a matter of when either is held up while it rotates
    CHECK(total == 2 * count);
    CHECK(found.size() == 2 * count);
    for (char name : {'c', 'p'}) {
        for (int i = 0; i < count; ++i) {
            REQUIRE(found.count(std::string(1, name) + std::to_string(i) +
                                std::string(static_cast<std::size_t>(i % 50), '.')) == 1);
        }
    }
}

TEST_CASE("a forked child has a file of its own") {
    sonde::watch_forks();
    folder const here;
    auto transport = at(here / "f");
    transport.send("parent\n");
    auto const descriptor = [&] {
        struct stat status{}, file{};
        REQUIRE(::stat((here / "f").c_str(), &file) == 0);
        for (int each = 3; each < 256; ++each) {
            if (::fstat(each, &status) == 0 && status.st_ino == file.st_ino) { return each; }
        }
        return -1;
    };
    REQUIRE(in_child([&] {
        auto const sent = transport.send("child\n").problem == nullptr;
        return ::fcntl(descriptor(), F_SETFL, O_APPEND) == 0 && sent;
    }));
    transport.send("parent again\n");
    CHECK(content(here / "f") == "parent\nchild\nparent again\n");
    CHECK((::fcntl(descriptor(), F_GETFL) & O_NONBLOCK) != 0);  // what the child changes is not the parent's
}
