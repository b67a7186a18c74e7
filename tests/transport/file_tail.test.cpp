// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sonde/transport/file_tail.hpp>

#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

using sonde::open_file;
using sonde::tests::content;
using sonde::tests::folder;

namespace {
open_file appending(std::string const& path) {
    return open_file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600));
}
}  // namespace

TEST_CASE("the end of a file is healed") {
    folder const here;
    auto const path = here / "f";
    auto const healed = [&](std::string_view before, sonde::torn_test torn) {
        sonde::tests::write(path, before);
        auto const file = appending(path);
        CHECK(sonde::heal_tail(file, path, torn));
        return content(path);
    };
    constexpr sonde::torn_test always = [](std::string_view) noexcept { return true; };
    constexpr sonde::torn_test never = [](std::string_view) noexcept { return false; };
    CHECK(healed("", always) == "");
    CHECK(healed("a\n", always) == "a\n");
    CHECK(healed("a\nb", always) == "a\n");
    CHECK(healed("b", always) == "");
    CHECK(healed("a\nb", never) == "a\nb\n");
    CHECK(healed("a\nb", nullptr) == "a\nb\n");

    // Around the size of the blocks that it is read in.
    for (std::size_t size : {4094U, 4095U, 4096U, 4097U, 8191U, 8192U, 8193U}) {
        std::string const tail(size, 't');
        CHECK((healed("a\n" + tail, always) == "a\n"));
        CHECK((healed(tail, nullptr) == tail + '\n'));
    }
}

TEST_CASE("the tail that is judged is what stands behind the last line end") {
    folder const here;
    static std::string judged;
    sonde::tests::write(here / "f", "one\ntwo\n\nthree");
    CHECK(sonde::heal_tail(appending(here / "f"), here / "f", [](std::string_view tail) noexcept {
        judged = tail;
        return false;
    }));
    CHECK(judged == "three");
}

TEST_CASE("a file that was replaced meanwhile is left alone") {
    folder const here;
    auto const file = appending(here / "old");
    REQUIRE(file.write("torn") == 4);
    sonde::tests::write(here / "new", "torn");
    CHECK(sonde::heal_tail(file, here / "new", nullptr));
    CHECK(content(here / "new") == "torn");
    CHECK(content(here / "old") == "torn");
}

TEST_CASE("a write is undone") {
    folder const here;
    auto const file = appending(here / "f");
    REQUIRE(file.write("line\ntorn") == 9);
    SECTION("by cutting it off") {
        CHECK(sonde::undo_write(file, here / "f", 4));
        CHECK(content(here / "f") == "line\n");
    }
    SECTION("by blanking it, where someone has appended since") {
        REQUIRE(appending(here / "f").write("theirs\n") == 7);
        CHECK(sonde::undo_write(file, here / "f", 4));
        CHECK(content(here / "f") == "line\n    theirs\n");
    }
    SECTION("not at all, where its file is not at its path any more") {
        REQUIRE(appending(here / "f").write("theirs\n") == 7);
        sonde::tests::write(here / "other", "a file of the same size..");
        CHECK_FALSE(sonde::undo_write(file, here / "other", 4));
        CHECK(content(here / "f") == "line\ntorntheirs\n");
        CHECK(content(here / "other") == "a file of the same size..");
    }
}

TEST_CASE("a long write is undone by blanking it") {
    folder const here;
    auto const file = appending(here / "f");
    REQUIRE(file.write("line\n" + std::string(1000, 't')) == 1005);
    REQUIRE(appending(here / "f").write("theirs\n") == 7);
    CHECK(sonde::undo_write(file, here / "f", 1000));
    CHECK((content(here / "f") == "line\n" + std::string(1000, ' ') + "theirs\n"));
}
