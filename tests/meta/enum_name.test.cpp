// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/meta/enum_name.hpp>

#include <cstddef>

namespace {

enum class color { red, green = 5, blue = 63, far = 64, below = -1 };
enum class fruit : unsigned char { apple, pear, same = pear };
enum old { old_a, old_b };
enum old_fixed : int { old_c, old_d };
enum class below_zero : signed char { low = -1, zero, last = 63 };
enum class truth : bool { no, yes };
template <class, int>
struct within {
    enum class place { here, there };
};

constexpr bool enumerators() {
    using sonde::meta::enum_name;
    return enum_name(color::red) == "red" && enum_name(color::green) == "green" && enum_name(color::blue) == "blue" &&
           enum_name(color::far).empty() && enum_name(color::below).empty() && enum_name(color{4}).empty() &&
           enum_name(color{-1000}).empty() && enum_name(fruit::pear) == "pear" && enum_name(fruit{255}).empty() &&
           enum_name(below_zero::low).empty() && enum_name(below_zero::last) == "last" &&
           enum_name(truth::yes) == "yes" && enum_name(within<within<int, 2>, 3>::place::there) == "there" &&
           enum_name(old_a).empty() && enum_name(old_d) == "old_d" && enum_name(std::byte{1}).empty();
}
static_assert(enumerators());

}  // namespace

TEST_CASE("enumerators have names where they are known, and none elsewhere") { CHECK(enumerators()); }
