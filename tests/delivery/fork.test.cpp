// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/fork.hpp>

#include <atomic>
#include <mutex>
#include <new>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {
template <class Body>
int exit_of_child(Body&& body) {
    auto const child = ::fork();
    if (child == 0) {
        ::alarm(60);  // instead of hanging
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
}  // namespace

TEST_CASE("a child has another mark than its parent, once, however often it is watched for") {
    sonde::watch_forks();
    sonde::watch_forks();
    auto const before = sonde::context_impl::fork_mark;
    CHECK(exit_of_child([&] { return static_cast<int>(sonde::context_impl::fork_mark - before); }) == 1);
    CHECK(exit_of_child([&] {
              return exit_of_child([&] { return static_cast<int>(sonde::context_impl::fork_mark - before); });
          }) == 2);
    CHECK(sonde::context_impl::fork_mark == before);
}

TEST_CASE("an object starts afresh once in a child, and never in the parent") {
    sonde::fork_watch watch;
    int afresh = 0;
    auto const check = [&] {
        watch.check([&] { ++afresh; });
        return afresh;
    };
    CHECK(check() == 0);
    CHECK(exit_of_child([&] {
              check();
              check();
              return exit_of_child([&] { return check(); }) * 10 + check();
          }) == 21);  // the child's child once more
    CHECK(check() == 0);
}

TEST_CASE("all threads of a child wait until the first of them has started afresh") {
    sonde::fork_watch watch;
    CHECK(exit_of_child([&] {
              std::atomic<int> afresh{0}, early{0};
              std::vector<std::thread> threads;
              for (int i = 0; i < 8; ++i) {
                  threads.emplace_back([&] {
                      watch.check([&] {
                          for (int n = 0; n < 1000; ++n) { sonde::delivery_impl::let_others_run(); }
                          ++afresh;
                      });
                      if (afresh != 1) { ++early; }
                  });
              }
              for (auto& each : threads) { each.join(); }
              return early.load();
          }) == 0);
}

TEST_CASE("a lock that another thread held does not stop the child") {
    sonde::fork_watch watch;
    std::mutex mutex;
    std::atomic<bool> held{false}, stop{false};
    std::thread holder([&] {
        std::unique_lock const lock(mutex);
        held = true;
        while (!stop) { sonde::delivery_impl::let_others_run(); }
    });
    while (!held) { sonde::delivery_impl::let_others_run(); }
    CHECK(exit_of_child([&] {
              watch.check([&] { ::new (&mutex) std::mutex; });
              std::unique_lock const lock(mutex);
              return 7;
          }) == 7);
    stop = true;
    holder.join();
}
