// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/open_sockets.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <vector>

TEST_CASE("sockets are known until they are closed") {
    sonde::open_sockets sockets;
    auto const first = sockets.open(AF_INET, SOCK_STREAM, 0);
    auto const second = sockets.open(AF_INET, SOCK_STREAM, 0);
    REQUIRE(first >= 0);
    CHECK((::fcntl(first, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(sockets.close(first) == 0);
    CHECK(::fcntl(first, F_GETFD) == -1);
    auto const other = ::socket(AF_INET, SOCK_STREAM, 0);  // the same number, and not ours
    CHECK(other == first);
    sockets.close_all();
    CHECK(::fcntl(second, F_GETFD) == -1);
    CHECK(::fcntl(other, F_GETFD) != -1);
    ::close(other);
}

TEST_CASE("there are only so many") {
    sonde::open_sockets sockets;
    std::vector<int> all;
    for (int each = 0; (each = sockets.open(AF_INET, SOCK_STREAM, 0)) >= 0;) { all.push_back(each); }
    CHECK(errno == EMFILE);
    CHECK(all.size() == 16);
    sockets.close(all[5]);
    CHECK(sockets.open(AF_INET, SOCK_STREAM, 0) >= 0);
    CHECK(sockets.open(AF_INET, SOCK_STREAM, 0) == -1);
    sockets.close_all();
}

TEST_CASE("a family that there is not is no socket") {
    sonde::open_sockets sockets;
    for (int i = 0; i < 20; ++i) { CHECK(sockets.open(-1, SOCK_STREAM, 0) == -1); }
    CHECK(sockets.open(AF_INET, SOCK_STREAM, 0) >= 0);
    sockets.close_all();
}
