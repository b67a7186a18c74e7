// SPDX-License-Identifier: MIT
// Names known at compile time.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <string_view>

// [names]
namespace shop {
struct order {};
enum class state : unsigned char { open, shipped };
void ship(order const&) {}
}  // namespace shop

template <sonde::fixed_string Name>  // a string as a template argument
constexpr std::string_view shout() {
    return Name.view();
}

static_assert(shout<"hello">() == "hello");
static_assert(sonde::meta::type_name<shop::order>() == "shop::order");
static_assert(sonde::meta::unqualified("shop::order") == "order");
static_assert(sonde::meta::enum_name(shop::state::shipped) == "shipped");
static_assert(sonde::meta::function_name<&shop::ship>().view() == "ship");
// [names]

int main() { expect(sonde::meta::enum_name(static_cast<shop::state>(9)).empty()); }
