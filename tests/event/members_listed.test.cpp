// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/members_listed.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using sonde::member;
using sonde::members;
using sonde::members_after;

template <class Type>
constexpr bool complete = sonde::event_impl::lists_all_members<Type>;

struct order {
    int id = 0;
    std::string text = {};
    using sonde_members = members<member<"id", &order::id>, member<"text", &order::text>>;
};
struct short_order {
    int id = 0;
    std::string text = {};
    using sonde_members = members<member<"id", &short_order::id>>;
};
struct nothing {
    using sonde_members = members<>;
};

struct placed : order {
    int items[3] = {};
    char codes[2][4] = {};
    std::optional<double> amount = {};
    using sonde_members = members_after<order, member<"items", &placed::items>, member<"codes", &placed::codes>,
                                        member<"amount", &placed::amount>>;
};
struct short_placed : order {
    int items[3] = {};
    std::optional<double> amount = {};
    using sonde_members = members_after<order, member<"items", &short_placed::items>>;
};
struct only_based : order {};
struct tag {};
struct tagged : tag, order {
    int urgency = 0;
    using sonde_members = members_after<order, member<"urgency", &tagged::urgency>>;
};
struct short_tagged : tag {
    int urgency = 0, weight = 0;
    using sonde_members = members<member<"urgency", &short_tagged::urgency>>;
};
struct inherited_by_name : order {
    int weight = 0;
    using sonde_members = members<member<"id", &inherited_by_name::id>, member<"weight", &inherited_by_name::weight>>;
};
struct constructed {
    explicit constructed(int);
    int id = 0, weight = 0;
    using sonde_members = members<member<"id", &constructed::id>>;
};

// Whether a member of this type, behind one that is listed, is missed.
template <class Member>
struct forgets {
    int id = 0;
    Member forgotten;
    using sonde_members = members<member<"id", &forgets::id>>;
};

TEST_CASE("A list that names every member is complete") {
    STATIC_REQUIRE(complete<order>);
    STATIC_REQUIRE(complete<nothing>);
    STATIC_REQUIRE(complete<sonde::envelope>);
    STATIC_REQUIRE(complete<sonde::call_started>);
    STATIC_REQUIRE(complete<sonde::call_finished>);
    STATIC_REQUIRE(complete<sonde::run_started>);
    STATIC_REQUIRE(complete<sonde::run_finished>);
    STATIC_REQUIRE(complete<sonde::fields_emitted>);
}

TEST_CASE("A list that forgets a member is not") {
    STATIC_REQUIRE_FALSE(complete<short_order>);
    STATIC_REQUIRE_FALSE(complete<forgets<bool>>);
    STATIC_REQUIRE_FALSE(complete<forgets<int[2]>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::string_view>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::optional<std::string>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::vector<std::string>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::map<std::string, int>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::variant<int, std::string>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::chrono::nanoseconds>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::unique_ptr<int>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::function<void()>>>);
    STATIC_REQUIRE_FALSE(complete<forgets<std::mutex>>);
    STATIC_REQUIRE_FALSE(complete<forgets<order>>);
}

TEST_CASE("A base counts apart") {
    STATIC_REQUIRE(complete<placed>);
    STATIC_REQUIRE_FALSE(complete<short_placed>);
    STATIC_REQUIRE(complete<only_based>);
    STATIC_REQUIRE(complete<tagged>);
    STATIC_REQUIRE_FALSE(complete<short_tagged>);
    STATIC_REQUIRE(complete<inherited_by_name>);
}

TEST_CASE("Where it can't be told, a list is believed") { STATIC_REQUIRE(complete<constructed>); }

}  // namespace
