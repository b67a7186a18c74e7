// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/signal_guard.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <pthread.h>
#include <unistd.h>

namespace {
bool pending(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigpending(&set);
    return sigismember(&set, signal) == 1;
}
bool blocked(int signal) {
    sigset_t set;
    sigemptyset(&set);
    pthread_sigmask(SIG_SETMASK, nullptr, &set);
    return sigismember(&set, signal) == 1;
}
}  // namespace

TEST_CASE("writing to a pipe that nobody reads fails, and no more") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    std::signal(SIGPIPE, SIG_DFL);
    {
        sonde::signal_guard const guard;
        CHECK(blocked(SIGPIPE));
        CHECK(::write(ends[1], "x", 1) == -1);
        CHECK(errno == EPIPE);
        CHECK(pending(SIGPIPE));
    }  // alive
    CHECK_FALSE(pending(SIGPIPE));
    CHECK_FALSE(blocked(SIGPIPE));
    CHECK_FALSE(blocked(SIGXFSZ));
    ::close(ends[1]);
}

TEST_CASE("a mask that was there before is there after, and so is a signal that was pending") {
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    { sonde::signal_guard const guard; }
    CHECK(blocked(SIGPIPE));

    ::pthread_kill(::pthread_self(), SIGPIPE);
    REQUIRE(pending(SIGPIPE));
    { sonde::signal_guard const guard; }
    CHECK(pending(SIGPIPE));

    int taken = 0;
    sigwait(&set, &taken);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}
