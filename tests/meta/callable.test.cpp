// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/meta/callable.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace {

using sonde::meta::callable;

struct overloaded {
    void operator()(int);
    void operator()(char const*);
};
struct abstract {
    virtual ~abstract() = default;
    virtual int operator()(int) = 0;
};
struct last final {
    void operator()(auto const&) const {}
};
struct plain {
    int limit = 0;
};
using function = int (*)(int);
struct converts {
    operator function() const;
};
union either {
    int number;
    char letter;
    void operator()() const {}
};

TEST_CASE("What std::invoke can call is callable") {
    auto const generic = [](auto const& value) { return value; };
    STATIC_REQUIRE(callable<function>);
    STATIC_REQUIRE(callable<int (plain::*)(int) const>);
    STATIC_REQUIRE(callable<int plain::*>);
    STATIC_REQUIRE(callable<decltype(generic)>);
    STATIC_REQUIRE(callable<overloaded>);
    STATIC_REQUIRE(callable<abstract>);
    STATIC_REQUIRE(callable<last>);
    STATIC_REQUIRE(callable<converts>);
    STATIC_REQUIRE(callable<either>);
    STATIC_REQUIRE(callable<std::function<int(int)>>);
    STATIC_REQUIRE(callable<std::reference_wrapper<overloaded>>);
}

TEST_CASE("What nobody can call is not callable") {
    STATIC_REQUIRE_FALSE(callable<int>);
    STATIC_REQUIRE_FALSE(callable<int*>);
    STATIC_REQUIRE_FALSE(callable<std::nullptr_t>);
    STATIC_REQUIRE_FALSE(callable<char const*>);
    STATIC_REQUIRE_FALSE(callable<plain>);
    STATIC_REQUIRE_FALSE(callable<std::string>);
    STATIC_REQUIRE_FALSE(callable<std::byte>);
}

}  // namespace
