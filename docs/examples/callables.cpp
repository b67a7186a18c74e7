// SPDX-License-Identifier: MIT
// Everything that can be decorated.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// [named]
namespace geometry {
int area(int width, int height) { return width * height; }
}  // namespace geometry

struct account {
    int balance = 100;
    int withdraw(int amount) { return balance -= amount; }
};
// [named]

struct describe {
    std::string operator()(int) const { return "a number"; }
    std::string operator()(std::string const&) const { return "a text"; }
};

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};

    // [functions]
    auto area = sonde::monitored<&geometry::area, sonde::args<"width", "height">>(mon);  // the name is "area"
    auto withdraw = sonde::monitored<&account::withdraw>(mon);                           // "account::withdraw"
    account mine;
    expect(area(6, 7) == 42 && withdraw(mine, 30) == 70);
    // [functions]

    // [overloads]
    auto says = sonde::monitored<"describe">(mon, describe{});  // each overload, as before
    expect(says(1) == "a number" && says(std::string("one")) == "a text");
    auto same = sonde::monitored<"same">(mon, [](auto const& a, auto const& b) { return a == b; });
    expect(same(1, 1) && !same(std::string("a"), std::string("b")));
    static_assert(!std::is_invocable_v<decltype(says), std::vector<int>>);
    // [overloads]

    // [pipe]
    auto twice = [](int n) { return 2 * n; } | sonde::monitored<"twice">(mon);
    std::vector numbers{1, 2, 3};
    std::transform(numbers.begin(), numbers.end(), numbers.begin(), twice);
    expect(numbers == std::vector{2, 4, 6});
    // [pipe]

    // [move_only]
    auto owned = std::make_unique<int>(5);
    auto count = sonde::monitored<"count">(mon, [owned = std::move(owned)]() mutable { return ++*owned; });
    expect(count() == 6);
    auto make = sonde::monitored<"make">(mon, [](std::unique_ptr<int> from) { return from; });
    expect(*make(std::make_unique<int>(7)) == 7);
    std::function<int(int)> stored = twice;
    expect(stored(4) == 8);
    // [move_only]

    auto const calls = mon.sink().of<sonde::call_finished>();
    expect(calls[0].name == "area" && calls[1].name == "account::withdraw" && calls.size() == 12);
}
