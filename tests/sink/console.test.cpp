// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/console.hpp>

#include <cstdio>
#include <fcntl.h>
#include <stdlib.h>
#include <string>
#include <unistd.h>

using sonde::colouring;
using sonde::console_sink;
using sonde::tests::contains_text;
using sonde::tests::order_created;

namespace {

// A stream, and what was written to it.
class output {
public:
    output() : stream_(std::tmpfile()) { REQUIRE(stream_ != nullptr); }
    output(output const&) = delete;  // one file
    output& operator=(output const&) = delete;
    ~output() { std::fclose(stream_); }
    [[nodiscard]] std::FILE* stream() const { return stream_; }
    [[nodiscard]] std::string text() const {
        std::string all;
        std::rewind(stream_);
        for (int c = 0; (c = std::fgetc(stream_)) != EOF;) { all += static_cast<char>(c); }
        return all;
    }

private:
    std::FILE* stream_;
};

// The side of a terminal that a program writes to, and the one where it is read.
struct terminal {
    int reader = ::posix_openpt(O_RDWR | O_NOCTTY);
    std::FILE* stream = nullptr;
    terminal() {
        if (reader < 0 || ::grantpt(reader) != 0 || ::unlockpt(reader) != 0) { return; }
        auto const writer = ::open(::ptsname(reader), O_RDWR | O_NOCTTY);
        if (writer >= 0) { stream = ::fdopen(writer, "w"); }
    }
    terminal(terminal const&) = delete;  // one terminal
    terminal& operator=(terminal const&) = delete;
    ~terminal() {
        if (stream != nullptr) { std::fclose(stream); }
        ::close(reader);
    }
    [[nodiscard]] std::string read() const {
        char text[4096];
        auto const count = ::read(reader, text, sizeof text);
        return {text, count > 0 ? static_cast<std::size_t>(count) : 0};
    }
};

}  // namespace

TEST_CASE("console_sink obeys the laws of sinks") {
    output const out;
    sonde::tests::obeys_sink_laws([&] { return console_sink({.stream = out.stream()}); });
}

TEST_CASE("console_sink writes a line for each event") {
    output const out;
    console_sink sink({.stream = out.stream()});
    sink.consume(order_created{"o-1", 12.5});
    sink.consume(order_created{"o-2", 13});
    auto const text = out.text();
    CHECK_THAT(text, contains_text("order_created(order_id=\"o-1\", amount=12.5)\n"));
    CHECK(text.back() == '\n');
    CHECK(text.find('\x1b') == text.npos);  // a file is no terminal
}

TEST_CASE("colour is for terminals, unless refused") {
    ::unsetenv("NO_COLOR");
    auto const shown = [](colouring colour) {
        terminal const screen;
        if (screen.stream == nullptr) { return std::string(); }  // no pseudo-terminals here
        console_sink sink({.stream = screen.stream, .colour = colour});
        sink.consume(order_created{});
        return screen.read();
    };
    if (shown(colouring::always).empty()) { return; }
    CHECK_THAT(shown(colouring::automatic), contains_text("\x1b["));
    CHECK_THAT(shown(colouring::never), !contains_text("\x1b["));
    ::setenv("NO_COLOR", "", 1);
    CHECK_THAT(shown(colouring::automatic), contains_text("\x1b["));
    ::setenv("NO_COLOR", "1", 1);
    CHECK_THAT(shown(colouring::automatic), !contains_text("\x1b["));
    CHECK_THAT(shown(colouring::always), contains_text("\x1b["));
    ::unsetenv("NO_COLOR");

    output const out;
    console_sink sink({.stream = out.stream(), .colour = colouring::always});
    sink.consume(order_created{});
    CHECK_THAT(out.text(), contains_text("\x1b["));
}

TEST_CASE("console_sink refuses options out of their bounds") {
    CHECK_THROWS_AS(console_sink({.stream = nullptr}), sonde::config_error);
    CHECK_THROWS_AS(console_sink({.max_value_bytes = 0}), sonde::config_error);
}

TEST_CASE("a console that takes nothing drops, counts and tells") {
    auto* const stream = std::fopen("/dev/full", "w");
    REQUIRE(stream != nullptr);
    int told = 0;
    console_sink sink({.stream = stream, .on_error = [&](sonde::exception const&) { ++told; }});
    sink.consume(order_created{});
    sink.consume(order_created{});
    CHECK(sink.stats().dropped.transport_failed == 2);
    CHECK(told == 1);
    std::fclose(stream);
}
