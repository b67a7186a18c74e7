// SPDX-License-Identifier: MIT
// Events that are emitted while the program ends.
#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using sonde::tests::folder;

namespace {

using monitor = sonde::monitor<sonde::file_sink>;

// Only what ends the program makes these events leave.
monitor::options at_leisure(std::string const& path) {
    return {.path = path, .flush_interval = std::chrono::hours(1), .durability = sonde::durability::none};
}

// `run` in a process of its own, which it ends by returning or otherwise. True if it ended well.
bool in_a_process(std::function<void()> const& run) {
    auto const child = ::fork();
    if (child == 0) {
        run();
        std::exit(0);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

template <class Call>
struct when_destroyed {
    Call call;
    ~when_destroyed() { call(); }
};
template <class Call>
when_destroyed(Call) -> when_destroyed<Call>;

}  // namespace

TEST_CASE("std::exit delivers what is queued, although it destroys no automatic object") {
    folder const here;
    CHECK(in_a_process([&] {
        monitor mon{{.agent_id = "demo"}, at_leisure(here / "f")};
        for (int i = 0; i < 100; ++i) { mon.emit<"event">(); }
        std::exit(0);
    }));
    CHECK(sonde::tests::lines(here / "f").size() == 100);
}

TEST_CASE("a monitor of static storage delivers in its destructor, also what is emitted after the exit's flush") {
    folder const here;
    CHECK(in_a_process([&] {
        static monitor mon{{.agent_id = "demo"}, at_leisure(here / "f")};
        static when_destroyed const last{[] { mon.emit<"last">(); }};  // destroyed before the monitor
        mon.emit<"first">();
    }));
    auto const lines = sonde::tests::lines(here / "f");
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].find("\"last\"") != std::string::npos);
}

TEST_CASE("what is called after its monitor's destruction runs, and is lost, and nothing else") {
    folder const here;
    CHECK(in_a_process([&] {
        static std::function<int(int)> call;
        static when_destroyed const last{[] {
            if (call(1) != 2) { ::_exit(1); }
        }};  // destroyed after the monitor
        static monitor mon{{.agent_id = "demo"}, at_leisure(here / "f")};
        call = sonde::monitored<"twice">(mon, [](int number) { return 2 * number; });
        if (call(2) != 4) { ::_exit(1); }
    }));
    CHECK(sonde::tests::lines(here / "f").size() == 1);
}

TEST_CASE("a thread's last destructors may emit") {
    folder const here;
    monitor mon{{.agent_id = "demo"}, at_leisure(here / "f")};
    for (int i = 0; i < 20; ++i) {
        std::thread([&] {
            // Destroyed after what the library keeps for the thread, which is made later.
            static thread_local std::optional<when_destroyed<std::function<void()>>> last;
            last.emplace(std::function<void()>([&mon] { mon.emit<"last">(); }));
            mon.emit<"first">();
        }).join();
    }
    CHECK(mon.shutdown(std::chrono::seconds(30)) == sonde::delivery_report{.delivered = 40});
    CHECK(sonde::tests::lines(here / "f").size() == 40);
}
