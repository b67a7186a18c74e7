// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/sink/kept_event.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {
// Two types of one name: each is another one.
auto local_type(int) {
    struct here {
        int number = 1;
    };
    return here{};
}
namespace inner {
struct order_created {
    int other = 0;
    using sonde_members = sonde::members<sonde::member<"other", &order_created::other>>;
};
}  // namespace inner

int alive = 0;
struct counted {
    counted() { ++alive; }
    counted(counted const&) { ++alive; }
    ~counted() { --alive; }
    int number = 0;
    using sonde_members = sonde::members<sonde::member<"number", &counted::number>>;
};
}  // namespace

using sonde::kept_event;
using sonde::tests::order_created;

TEST_CASE("a kept event is given back as what it is") {
    kept_event const event(order_created{"o-1", 2});
    REQUIRE(event.as<order_created>() != nullptr);
    CHECK(event.as<order_created>()->order_id == "o-1");
    CHECK(event.as<inner::order_created>() == nullptr);
    CHECK(event.as<sonde::call_finished>() == nullptr);
}

TEST_CASE("types are told apart by name, and by place where names do not suffice") {
    using sonde::type_identity;
    CHECK(type_identity::of<int>() == type_identity::of<int>());
    CHECK_FALSE(type_identity::of<int>() == type_identity::of<long>());
    CHECK(type_identity::of<counted>() == type_identity::of<counted>());
    CHECK_FALSE(type_identity::of<counted>() == type_identity::of<decltype(local_type(1))>());
    CHECK(local_type(1).number == 1);
}

TEST_CASE("local types of one name are told apart") {
    auto const first = [] {
        struct here {
            int number = 1;
        };
        return sonde::type_identity::of<here>();
    }();
    auto const second = [] {
        struct here {
            double number = 1;
        };
        return sonde::type_identity::of<here>();
    }();
    CHECK(first == first);
    CHECK_FALSE(first == second);
    std::vector<sonde::type_identity> found;
    {
        struct here {};
        found.push_back(sonde::type_identity::of<here>());
    }
    {
        struct here {};
        found.push_back(sonde::type_identity::of<here>());
    }
    CHECK_FALSE(found[0] == found[1]);
}

TEST_CASE("a kept event owns its copy, once") {
    {
        kept_event first{counted()};
        CHECK(alive == 1);
        kept_event second = std::move(first);
        CHECK(first.as<counted>() == nullptr);
        CHECK(second.as<counted>() != nullptr);
        first = std::move(second);
        CHECK(first.as<counted>() != nullptr);
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
}
