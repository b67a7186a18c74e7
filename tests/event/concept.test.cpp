// SPDX-License-Identifier: MIT
// Events are hana::Structs: the library's through their list of members, users' through any adaptation.
#include "support/catch.hpp"

#include <sonde/event/call_finished.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/hana.hpp>
#include <sonde/event/named.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>

#include <boost/hana.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace hana = boost::hana;

namespace shop {
struct listed {
    int number = 0;
    std::string text;
    using sonde_members =
        sonde::members<sonde::member<"number", &listed::number>, sonde::member<"text", &listed::text>>;
};
struct defined {
    BOOST_HANA_DEFINE_STRUCT(defined, (int, level), (std::string, channel));
};
struct adapted {
    int x = 1;
    static constexpr std::string_view event_type = "other_type";
    static constexpr std::string_view channel = "SHOP";
    static constexpr auto level = sonde::level::critical;
};
struct plain {
    int x = 1;
};
}  // namespace shop
BOOST_HANA_ADAPT_STRUCT(shop::adapted, x);

namespace {

static_assert(sonde::event<shop::listed> && sonde::event<shop::defined> && sonde::event<shop::adapted const&>);
static_assert(!sonde::event<shop::plain> && !sonde::event<int> && !sonde::event<std::string>);
static_assert(sonde::library_event<sonde::call_finished> && !sonde::library_event<shop::listed>);

template <class Event>
constexpr bool complete_list = std::is_base_of_v<sonde::envelope, Event> && hana::Struct<Event>::value &&
                               (Event::sonde_members::size > sonde::envelope::sonde_members::size);
static_assert(complete_list<sonde::call_finished> && complete_list<sonde::call_started>);
static_assert(complete_list<sonde::run_started> && complete_list<sonde::run_finished>);
static_assert(complete_list<sonde::fields_emitted>);

constexpr bool types() {
    return sonde::event_type_of<shop::listed>() == "listed" && sonde::event_type_of<shop::adapted>() == "other_type" &&
           sonde::channel_of<shop::adapted>() == "SHOP" && sonde::level_of<shop::adapted>() == sonde::level::critical &&
           sonde::channel_of<shop::defined>() == "FUNCTION" && sonde::level_of<shop::defined>() == sonde::level::info;
}
static_assert(types());

}  // namespace

TEST_CASE("Hana's algorithms work on events") {
    shop::listed one{3, "three"};
    std::string keys;
    hana::for_each(hana::keys(one), [&](auto key) { keys += std::string(key.c_str()) + " "; });
    CHECK(keys == "number text ");
    CHECK(hana::at_key(one, BOOST_HANA_STRING("number")) == 3);
    hana::at_key(one, BOOST_HANA_STRING("number")) = 4;
    CHECK(one.number == 4);
    CHECK(hana::equal(one, shop::listed{4, "three"}));
    CHECK(!hana::equal(one, shop::listed{4, "four"}));
    CHECK((hana::members(one) == hana::make_tuple(4, std::string("three"))));
    CHECK(hana::to_map(one)[BOOST_HANA_STRING("text")] == "three");

    sonde::call_finished event;
    event.name = "f";
    CHECK(hana::at_key(event, BOOST_HANA_STRING("name")) == "f");
    CHECK(hana::at_key(event, BOOST_HANA_STRING("level")) == sonde::level::info);
    CHECK(std::size_t{decltype(hana::length(hana::keys(event)))::value} == sonde::call_finished::sonde_members::size);
}

TEST_CASE("an event's type, channel and level are its own where it has them as constants") { CHECK(types()); }

TEST_CASE("named values refer to what they name") {
    using namespace sonde::literals;
    std::string text = "x";
    auto const field = "key"_f = text;
    CHECK(&field.value == &text);
    CHECK(decltype(field)::name.view() == "key");
    STATIC_REQUIRE(sonde::named_value<decltype(field)> && !sonde::named_value<int>);
    auto const group = sonde::output("a"_f = 1, "b"_f = text);
    CHECK(&std::get<1>(group.fields).value == &text);
    CHECK(sonde::cost_usd(0.5).usd == 0.5);
}
