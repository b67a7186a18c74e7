// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/sonde.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using sonde::call_impl::unread_argument;
using sonde::call_impl::unread_result;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

namespace {
struct shelf {
    int books = 3;
    using sonde_members = sonde::members<sonde::member<"books", &shelf::books>>;
};
struct label {
    char const* text;
    char const* name() const { return text; }
};
using function = void (*)();

template <class Type>
json unread() {
    return {{"type", sonde::meta::type_name<Type>()}};
}
struct watching_hook {
    void before(auto&) const noexcept {}
};
}  // namespace

static_assert(unread_argument<0, int const*, int const*>);
static_assert(unread_argument<1, int const*, int const*>);
static_assert(unread_argument<0, int*, double, int const*>);
static_assert(unread_argument<0, int*, std::size_t>);
static_assert(unread_argument<1, std::size_t, int*>);
static_assert(unread_argument<0, char const*, std::size_t>);
static_assert(unread_argument<0, char const*, char const*>);
static_assert(unread_argument<1, char*, char const*>);
static_assert(unread_argument<1, std::string_view, char const*>);
static_assert(unread_argument<1, std::vector<int>&, int const*>);
static_assert(!unread_argument<1, std::string const&, char const*>);
static_assert(!unread_argument<1, std::vector<double>&, int const*>);
static_assert(!unread_argument<0, int const*>);
static_assert(!unread_argument<0, int const*, double const*>);
static_assert(!unread_argument<0, char const*, bool>);
static_assert(!unread_argument<0, std::size_t, double>);

static_assert(unread_result<char const*, function, std::string_view>);
static_assert(unread_result<char const* const&, function, int>);
static_assert(unread_result<int*, function, std::vector<int>&>);
static_assert(unread_result<int*, function, std::vector<int>::iterator>);
static_assert(unread_result<int*, decltype([i = 0] { return i; })>);
static_assert(!unread_result<char const*, function, std::string const&, double, bool, shelf const&>);
static_assert(!unread_result<std::string_view, function, int*>);

// What is pointed to below ends where the pointer does, or begins there: reading it is what a sanitizer would stop at.
TEST_CASE("what another argument bounds is not read through") {
    auto mon = watched();
    auto const argument = [&](char const* name) { return last_event(mon)["input_data"][name]; };
    std::vector<char> letters(8, 'x');
    std::vector<int> const numbers{1, 2, 3};

    sonde::monitored<"f">(mon, [](char const*, std::size_t) {})(letters.data(), 8);
    CHECK(argument("arg0") == unread<char const*>());
    CHECK(argument("arg1") == 8);
    sonde::monitored<"f">(mon, [](char const*, char const*) {})(letters.data(), letters.data() + 8);
    CHECK(argument("arg0") == unread<char const*>());
    CHECK(argument("arg1") == unread<char const*>());
    sonde::monitored<"f">(mon, [](char*, char const*) {})(letters.data(), "text");
    CHECK(argument("arg0") == unread<char*>());
    CHECK(argument("arg1") == unread<char const*>());
    sonde::monitored<"f">(mon, [](char*) {})(letters.data());
    CHECK(argument("arg0") == unread<char*>());
    sonde::monitored<"f">(mon, [](std::byte const*) {})(reinterpret_cast<std::byte const*>(letters.data() + 8));
    CHECK(argument("arg0") == unread<std::byte const*>());
    sonde::monitored<"f">(mon, [](int const*, int const*) {})(numbers.data() + 3, numbers.data() + 3);
    CHECK(argument("arg0") == unread<int const*>());
    sonde::monitored<"f">(mon, [](int const*, int*) {})(numbers.data() + 3, nullptr);
    CHECK(argument("arg0") == unread<int const*>());
    CHECK(argument("arg1").is_null());
    sonde::monitored<"f">(mon, [](std::string_view, std::string_view::iterator) {})(
        std::string_view(letters.data(), 8), std::string_view(letters.data(), 8).end());
    sonde::monitored<"f">(mon, [](int const*, int const*) {}, watching_hook{})(numbers.data() + 3, nullptr);
    CHECK(argument("arg0") == unread<int const*>());
    CHECK(argument("arg1").is_null());
}

TEST_CASE("a pointer that stands alone is read") {
    auto mon = watched();
    auto const argument = [&] { return last_event(mon)["input_data"]["arg0"]; };
    int number = 3;
    shelf const one;
    sonde::monitored<"f">(mon, [](int*) {})(&number);
    CHECK(argument() == 3);
    sonde::monitored<"f">(mon, [](int const*, std::string const&) {}, watching_hook{})(&number, "text");
    CHECK(argument() == 3);
    sonde::monitored<"f">(mon, [](shelf const*, double*) {})(&one, nullptr);
    CHECK(argument() == json{{"books", 3}});
    sonde::monitored<"f">(mon, [](char const*, double) {})("text", 1.5);
    CHECK(argument() == "text");
}

TEST_CASE("a result is read through only where nothing was given that it could point into") {
    auto mon = watched();
    auto const output = [&] { return last_event(mon)["output_data"]; };
    std::vector<int> const numbers{1, 2, 3};
    std::vector<char> letters(8, 'x');
    std::string_view const text(letters.data(), 8);

    sonde::monitored<"find">(mon, [](int const* first, int const* last) { return std::find(first, last, 9); })(
        numbers.data(), numbers.data() + 3);
    CHECK(output() == unread<int const*>());
    auto* const made = sonde::monitored<"make">(mon, [](std::size_t size) { return new char[size]; })(8);
    delete[] made;
    CHECK(output() == unread<char*>());
    auto* const none = sonde::monitored<"none">(mon, [](std::size_t size) { return new int[size]; })(0);
    delete[] none;
    CHECK(output() == unread<int*>());
    sonde::monitored<"find">(mon, [](std::string_view in) -> char const* { return in.data() + in.size(); })(text);
    CHECK(output() == unread<char const*>());
    sonde::monitored<"find">(
        mon, [](std::string_view in) -> char const* { return in.data() + in.size(); }, watching_hook{})(text);
    CHECK(output() == unread<char const*>());
    sonde::monitored<"end">(mon, [end = numbers.data() + 3] { return end; })();
    CHECK(output() == unread<int const*>());
    sonde::monitored<&label::name>(mon)(label{letters.data()});
    CHECK(output() == unread<char const*>());
    sonde::monitored<"none">(mon, [](int) -> char const* { return nullptr; })(1);
    CHECK(output() == json{{"value", nullptr}});

    sonde::monitored<"name">(mon, [](double) { return "text"; })(1.5);
    CHECK(output() == json{{"value", "text"}});
    static int const seven = 7;
    sonde::monitored<"number">(mon, [] { return &seven; })();
    CHECK(output() == json{{"value", 7}});
}
