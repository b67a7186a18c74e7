// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sonde/transport/absolute_path.hpp>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using sonde::absolute_path;
using sonde::tests::folder;

TEST_CASE("a path is taken from the working directory of the moment") {
    CHECK(absolute_path("/a/b") == "/a/b");
    CHECK(absolute_path("a/b") == std::filesystem::current_path().string() + "/a/b");
}

TEST_CASE("the working directory may be deep, or gone") {
    folder const here;
    // In a child, since the working directory is the process's.
    auto const child = ::fork();
    if (child == 0) {
        std::string path = std::filesystem::canonical(here.path()).string();
        auto well = ::chdir(path.c_str()) == 0;
        for (int i = 0; i < 8; ++i) {
            std::string const name(100, 'd');
            well = well && ::mkdir(name.c_str(), 0700) == 0 && ::chdir(name.c_str()) == 0;
            path += '/' + name;
        }
        well = well && absolute_path("f") == path + "/f";
        well = well && ::rmdir(path.c_str()) == 0 && absolute_path("f") == "f";
        ::_exit(well ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}
