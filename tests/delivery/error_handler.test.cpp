// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/delivery/error_handler.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

using sonde::error_handler;

namespace {
std::string heard;
void listen(sonde::exception const& error) { heard = error.what(); }
}  // namespace

TEST_CASE("an empty handler does nothing") {
    error_handler const none;
    CHECK_FALSE(none);
    CHECK(none(sonde::exception("lost")));
    CHECK_FALSE(error_handler(std::function<void(sonde::exception const&)>()));
    CHECK_FALSE(error_handler(static_cast<void (*)(sonde::exception const&)>(nullptr)));
}

TEST_CASE("a handler may be any function that takes an exception") {
    heard.clear();
    error_handler const function = listen;
    CHECK(function(sonde::exception("one")));
    CHECK(heard == "one");

    std::string text;
    error_handler const lambda = [&](sonde::exception const& error) { text = error.what(); };
    CHECK(lambda(sonde::exception("two")));
    CHECK(text == "two");

    error_handler const std_function =
        std::function<void(std::exception const&)>([&](std::exception const& error) { text = error.what(); });
    CHECK(std_function(sonde::exception("three")));
    CHECK(text == "three");

    int count = 0;
    error_handler const returns = [&, mutable_count = 0](sonde::exception const&) mutable {
        return count = ++mutable_count;
    };
    returns(sonde::exception("four"));
    returns(sonde::exception("five"));
    CHECK(count == 2);

    auto owned = std::make_unique<int>(7);
    error_handler const move_only = [&, owned = std::move(owned)](sonde::exception const&) { count = *owned; };
    move_only(sonde::exception("six"));
    CHECK(count == 7);
}

TEST_CASE("copies share the function, and the last one destroys it") {
    auto const alive = std::make_shared<int>(0);
    {
        error_handler first = [alive](sonde::exception const&) { ++*alive; };
        CHECK(alive.use_count() == 2);
        error_handler second = first;
        error_handler third = std::move(first);
        CHECK(alive.use_count() == 2);
        second(sonde::exception("x"));
        third(sonde::exception("x"));
        CHECK(*alive == 2);
        second = third = error_handler();
    }
    CHECK(alive.use_count() == 1);
}

TEST_CASE("what a handler throws goes no further") {
    error_handler const throws = [](sonde::exception const&) { throw std::runtime_error("no"); };
    CHECK_FALSE(throws(sonde::exception("x")));
    error_handler const worse = [](sonde::exception const&) { throw 7; };
    CHECK_FALSE(worse(sonde::exception("x")));
}
