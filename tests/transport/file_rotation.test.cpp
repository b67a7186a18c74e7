// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sonde/transport/file_rotation.hpp>

#include <cerrno>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <vector>

using sonde::tests::content;
using sonde::tests::folder;

namespace {
sonde::file_facts facts_of(std::string const& path) {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return sonde::file_facts::of(found);
}
}  // namespace

TEST_CASE("files move up, and the oldest goes") {
    folder const here;
    for (char c = 'a'; c <= 'e'; ++c) {
        sonde::tests::write(here / "f", std::string(1, c));
        auto const outcome = sonde::rotate_file(here / "f", facts_of(here / "f"), 3);
        CHECK(outcome.moved);
        CHECK(outcome.error == 0);
    }
    CHECK(here.names() == std::vector<std::string>{"f.1", "f.2", "f.3"});
    CHECK(content(here / "f.1") == "e");
    CHECK(content(here / "f.2") == "d");
    CHECK(content(here / "f.3") == "c");
}

TEST_CASE("a gap in the numbers is no obstacle") {
    folder const here;
    sonde::tests::write(here / "f", "new");
    sonde::tests::write(here / "f.2", "old");
    CHECK(sonde::rotate_file(here / "f", facts_of(here / "f"), 3).moved);
    CHECK(here.names() == std::vector<std::string>{"f.1", "f.3"});
}

TEST_CASE("a file that somebody else has moved is not moved again") {
    folder const here;
    sonde::tests::write(here / "f", "old");
    auto const old = facts_of(here / "f");
    std::filesystem::rename(here / "f", here / "f.1");
    CHECK(sonde::rotate_file(here / "f", old, 3).moved);  // as far as the caller is concerned
    sonde::tests::write(here / "f", "new");
    CHECK(sonde::rotate_file(here / "f", old, 3).moved);
    CHECK(content(here / "f") == "new");
    CHECK(content(here / "f.1") == "old");
}

TEST_CASE("what is in the way is told of, and nothing is lost") {
    folder const here;
    sonde::tests::write(here / "f", "new");
    sonde::tests::write(here / "f.1", "old");
    std::filesystem::create_directories(here / "f.2/full");
    auto const outcome = sonde::rotate_file(here / "f", facts_of(here / "f"), 2);
    CHECK_FALSE(outcome.moved);
    CHECK(outcome.error == EISDIR);
    CHECK(content(here / "f") == "new");
    CHECK(content(here / "f.1") == "old");
}
