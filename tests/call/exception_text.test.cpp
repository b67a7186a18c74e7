// SPDX-License-Identifier: MIT
// What a call that ends with an exception reports, and that the exception goes on as it came.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/call/exception_text.hpp>

#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <string>

namespace {

using sonde::tests::last_event;
using sonde::tests::watched;

struct custom : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct speechless : std::exception {
    char const* what() const noexcept override { return nullptr; }
};
struct plain {};
struct counted {
    int* copies;
    explicit counted(int* count) : copies(count) {}
    counted(counted const& other) : copies(other.copies) { ++*copies; }
};
struct fragile {
    fragile(int) { throw custom("while the argument is made"); }
    fragile(fragile const&) = default;
};

template <class Throw>
std::string message(Throw body) {
    auto mon = watched();
    auto f = sonde::monitored<"f">(mon, body);
    try {
        f();
    } catch (...) {}
    auto const event = last_event(mon);
    CHECK(event["status"] == "error");
    CHECK(event["level"] == "error");
    CHECK(event["output_data"].empty());
    return event["error_message"];
}

}  // namespace

TEST_CASE("an error message is the type thrown, and what it says") {
    CHECK(message([] { throw std::runtime_error("went wrong"); }) == "std::runtime_error: went wrong");
    CHECK(message([] { throw custom("mine"); }) == "(anonymous namespace)::custom: mine");
    CHECK(message([] { throw speechless(); }) == "(anonymous namespace)::speechless: ");
    CHECK(message([] { throw plain(); }) == "(anonymous namespace)::plain");
    CHECK(message([] { throw 42; }) == "int");
    CHECK(message([] { throw "literal"; }) == "char const*: literal");
    CHECK(message([] { throw static_cast<char const*>(nullptr); }) == "char const*: ");
    CHECK(message([] { throw std::string("text"); }).find(": text") != std::string::npos);
    CHECK(message([] { std::rethrow_exception(std::make_exception_ptr(custom("again"))); }) ==
          "(anonymous namespace)::custom: again");
    CHECK(message([] {
              try {
                  throw custom("inner");
              } catch (...) { std::throw_with_nested(std::logic_error("outer")); }
          }).find("outer") != std::string::npos);
}

TEST_CASE("the object thrown is the object caught, through any number of decorated calls") {
    auto mon = watched();
    int copies = 0;
    void const* thrown = nullptr;
    auto inner = sonde::monitored<"inner">(mon, [&]() -> int {
        try {
            throw counted(&copies);
        } catch (counted& object) {
            thrown = &object;
            throw;
        }
    });
    auto middle = sonde::monitored<"middle">(mon, [&](int) { return inner(); });
    auto outer = sonde::monitored<"outer">(mon, [&](auto) { return middle(1); });
    try {
        outer(1);
        FAIL("nothing was thrown");
    } catch (counted& object) { CHECK(&object == thrown); }
    CHECK(copies == 0);
    CHECK(mon.sink().size() == 3);
    CHECK(std::current_exception() == nullptr);
    CHECK(std::uncaught_exceptions() == 0);
}

TEST_CASE("an argument that throws while it is made is no call") {
    auto mon = watched();
    auto f = sonde::monitored<"f">(mon, [](fragile const&) {});
    CHECK_THROWS_AS(f(1), custom);
    CHECK(mon.sink().size() == 0);
    auto generic = sonde::monitored<"g">(mon, [](auto&& number) { fragile{number}; });
    CHECK_THROWS_AS(generic(1), custom);
    CHECK(last_event(mon)["error_message"] == "(anonymous namespace)::custom: while the argument is made");
}

TEST_CASE("a call within a destructor, while an exception is on its way, is a success") {
    auto mon = watched();
    struct immovable {
        immovable() = default;
        immovable(immovable const&) = delete;
    };
    auto f = sonde::monitored<"cleanup">(mon, [] { return immovable(); });
    struct cleaner {
        decltype(f)& call;
        ~cleaner() { call(); }
    };
    try {
        cleaner const at_exit{f};
        throw 1;
    } catch (int) {}
    CHECK(last_event(mon)["status"] == "success");
    CHECK(last_event(mon)["output_data"].contains("type"));
}

TEST_CASE("a result that can't be moved and is never made leaves an error") {
    auto mon = watched();
    struct immovable {
        immovable() = default;
        immovable(immovable const&) = delete;
    };
    auto f = sonde::monitored<"f">(mon, []() -> immovable { throw custom("no result"); });
    CHECK_THROWS_AS(f(), custom);
    CHECK(last_event(mon)["error_message"] == "(anonymous namespace)::custom: no result");
    CHECK(last_event(mon)["output_data"].empty());
}

#if defined(__GLIBCXX__)  // libc++ can't unwind a cancelled thread through catch (...) here, decorated or not
TEST_CASE("a thread that is cancelled within decorated calls ends as it would without them") {
    auto mon = watched();
    auto wait = sonde::monitored<"wait">(mon, [](int value) {
        for (;;) { pthread_testcancel(); }
        return value;
    });
    auto outer = sonde::monitored<"outer">(mon, [&] { return wait(1); });
    pthread_t thread;
    auto const run = [](void* call) -> void* { return (*static_cast<decltype(outer)*>(call))(), nullptr; };
    REQUIRE(pthread_create(&thread, nullptr, run, &outer) == 0);
    pthread_cancel(thread);
    void* result = nullptr;
    pthread_join(thread, &result);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(mon.sink().size() == 2);
    CHECK(last_event(mon)["status"] == "error");
    CHECK(last_event(mon)["error_message"] == "unknown exception");
}
#endif
