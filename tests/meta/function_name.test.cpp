// SPDX-License-Identifier: MIT
// Names of functions, members and types, as users spell them: operators, templates, anonymous namespaces, nested classes.
#include "support/catch.hpp"

#include <sonde/meta/function_name.hpp>

#include <string_view>

namespace operators {  // a namespace whose name begins as `operator` does
[[maybe_unused]] void free_one() {}
namespace {
[[maybe_unused]] void hidden() {}
template <class T>
void generic(T) {}
}  // namespace
inline namespace v1 {
[[maybe_unused]] inline int versioned(int) noexcept { return 0; }
}  // namespace v1
struct operator_table {
    void lookup() const {}
    int operatorless = 0;
};
struct outer {
    struct inner {
        int field = 0;
        void method() & {}
        inner& operator+=(int) { return *this; }
        bool operator<(inner const&) const { return false; }
        bool operator()(int) const noexcept { return true; }
        int operator[](int) { return 0; }
        inner* operator->() { return this; }
        operator int() const { return field; }
        explicit operator bool() && noexcept { return true; }
        operator outer*() { return nullptr; }
        static void fixed() {}
        template <class T>
        void generic() {}
    };
};
template <class T>
struct box {
    T value{};
    void put(T const&) {}
};
[[maybe_unused]] inline bool operator<<(outer, int) { return true; }
[[maybe_unused]] inline bool operator-(outer, int) { return true; }
}  // namespace operators

namespace {

template <auto Function>
constexpr bool named(std::string_view expected) {
    return sonde::meta::function_name<Function>().view() == expected;
}

constexpr bool names() {
    using namespace operators;
    using inner = outer::inner;
    return named<&free_one>("free_one") && named<&hidden>("hidden") && named<&generic<int>>("generic") &&
           named<&generic<outer::inner>>("generic") && named<&versioned>("versioned") &&
           named<&operator_table::lookup>("operator_table::lookup") &&
           named<&operator_table::operatorless>("operator_table::operatorless") &&
           named<&inner::method>("inner::method") && named<&inner::field>("inner::field") &&
           named<&inner::operator+= >("inner::operator+=") && named < &inner::operator<>("inner::operator<") &&
           named<&inner::operator()>("inner::operator()") && named < &inner::operator[]>("inner::operator[]") &&
           named < &inner::operator int>("inner::operator int") &&
           named < &inner::operator bool>("inner::operator bool") &&
           (named<&inner::operator outer*>("inner::operator outer*") ||
            named<&inner::operator outer*>("inner::operator outer *")) &&  // as the compiler spaces it
           named<&inner::operator-> >("inner::operator->") &&
           named<&inner::fixed>("fixed") && named<&inner::generic<int>>("inner::generic") &&
           named<&box<outer::inner>::put>("box::put") && named<&box<int>::value>("box::value") &&
           named < &operators::operator<<>("operator<<") && named<(&operators::operator-)>("operator-");
}
static_assert(names());

constexpr bool unqualified() {
    using sonde::meta::unqualified;
    return unqualified("map") == "map" && unqualified("ns::map<a::b, c<d::e>>") == "map" &&
           unqualified("a::b<c>::d") == "d" && unqualified("{anonymous}::f") == "f" &&
           unqualified("(anonymous namespace)::f") == "f" && unqualified("f(int)::local") == "local" &&
           unqualified("ns::operator<") == "operator<" && unqualified("ns::operator bool") == "operator bool" &&
           unqualified("operators::f") == "f" && unqualified("operator_x::y<z>") == "y" && unqualified("").empty();
}
static_assert(unqualified());

}  // namespace

TEST_CASE("functions and members have the names their sites are to have") {
    CHECK(names());
    CHECK(unqualified());
    CHECK(sonde::meta::type_name<operators::outer::inner>() == "operators::outer::inner");
    CHECK(sonde::meta::type_name<int const&>().find("int") != std::string_view::npos);
}
