// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/transport.hpp"

#include <sonde/transport/stream_transport.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>

using sonde::stream_transport;
using sonde::transport_outcome;
using sonde::tests::folder;

TEST_CASE("stream_transport obeys the laws of transports") {
    folder const here;
    auto* const stream = std::fopen((here / "f").c_str(), "w");
    REQUIRE(stream != nullptr);
    sonde::tests::delivers_by_law([&] { return stream_transport(stream); },
                                  [&] { return sonde::tests::content(here / "f"); });
    std::fclose(stream);
}

TEST_CASE("what the program writes to the stream itself keeps its place") {
    folder const here;
    auto* const stream = std::fopen((here / "f").c_str(), "w");
    REQUIRE(stream != nullptr);
    stream_transport transport(stream);
    std::fputs("before\n", stream);
    transport.send("ours\n");
    std::fputs("after\n", stream);
    std::fclose(stream);
    CHECK(sonde::tests::content(here / "f") == "before\nours\nafter\n");
}

TEST_CASE("a stream that takes nothing is told of") {
    auto* const stream = std::fopen("/dev/full", "w");
    REQUIRE(stream != nullptr);
    stream_transport transport(stream);
    sonde::tests::fails_by_law(transport);
    CHECK(transport.send("x\n").cause == ENOSPC);
    std::fclose(stream);
}

TEST_CASE("a pipe whose reader is gone does not end the program, and the next reader gets whole lines") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    auto* const stream = ::fdopen(ends[1], "w");
    REQUIRE(stream != nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    stream_transport transport(stream);
    ::close(ends[0]);
    auto const result = transport.send("lost\n");
    CHECK(result.outcome == transport_outcome::failed);
    CHECK(result.cause == EPIPE);

    // The same stream, somewhere else.
    folder const here;
    auto const file = ::open((here / "f").c_str(), O_WRONLY | O_CREAT, 0600);
    REQUIRE(::dup2(file, ends[1]) == ends[1]);
    ::close(file);
    CHECK(transport.send("kept\n").outcome == transport_outcome::delivered);
    auto const text = sonde::tests::content(here / "f");
    CHECK(text.substr(text.size() - 6) == "\nkept\n");
    std::fclose(stream);
}

TEST_CASE("a file is no terminal") {
    auto* const stream = std::tmpfile();
    CHECK_FALSE(stream_transport(stream).is_terminal());
    std::fclose(stream);
}
