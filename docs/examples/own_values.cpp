// SPDX-License-Identifier: MIT
// How values of one's own types are written.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

// [types]
enum class colour { red, green };

struct point {  // a hana::Struct is written as an object
    int x, y;
    using sonde_members = sonde::members<sonde::member<"x", &point::x>, sonde::member<"y", &point::y>>;
};

struct opaque {};  // any other type as {"type":"opaque"}

class matrix {  // unless its author says how
public:
    explicit matrix(std::size_t size) : cells_(size * size), size_(size) {}

    friend void sonde_capture(sonde::value_writer& writer, matrix const& value) {
        writer.begin_object();
        writer.key("rows");
        writer.integer(std::uint64_t{value.size_});
        writer.key("first");
        writer.number(value.cells_.front());
        writer.end();
    }

private:
    std::vector<double> cells_;
    std::size_t size_;
};
// [types]

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};
    using namespace sonde::literals;
    using namespace std::chrono_literals;

    // [emit]
    mon.emit<"values">("colour"_f = colour::green, "point"_f = point{1, 2}, "opaque"_f = opaque{},
                       "matrix"_f = matrix(3), "wait"_f = 350ms, "none"_f = std::optional<int>{},
                       "list"_f = std::vector{1, 2});
    expect(mon.sink().lines().front().find(
               R"("input_data":{"colour":"green","point":{"x":1,"y":2},"opaque":{"type":"opaque"},)"
               R"("matrix":{"rows":3,"first":0},"wait":"350ms","none":null,"list":[1,2]})") != std::string::npos);
    // [emit]
}
