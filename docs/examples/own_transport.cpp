// SPDX-License-Identifier: MIT
// A sink made of a codec and a transport of one's own.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <memory>
#include <string>
#include <string_view>

// [codec]
// One short line an event. A codec sees every type of event; `to_wire` gives them one shape.
struct short_lines {
    std::size_t max_value_bytes = 1024;

    void encode(sonde::event auto const& event, sonde::envelope const& from, std::string& out) const {
        sonde::value_buffer members;
        auto const wire = sonde::to_wire(event, from, members, max_value_bytes);
        out.append(wire.name).append(" ").append(sonde::to_text(wire.status)).append("\n");
    }
};
static_assert(sonde::codec<short_lines>);
// [codec]

// [transport]
// Bytes to a string that somebody else reads.
struct string_transport {
    std::shared_ptr<std::string> place;

    sonde::transport_result open() noexcept { return {}; }
    sonde::transport_result send(std::string_view bytes) noexcept {
        if (place->size() + bytes.size() > 64) {
            return {.outcome = sonde::transport_outcome::failed, .taken = 0, .problem = "fill", .cause = 0};
        }
        place->append(bytes);
        return {.outcome = sonde::transport_outcome::delivered, .taken = bytes.size(), .problem = nullptr, .cause = 0};
    }
    template <class Handler>
    void explain(sonde::transport_result const&, Handler&& handler) const {
        handler(sonde::transport_error("the string is full"));
    }
};
static_assert(sonde::transport<string_transport>);
// [transport]

int main() {
    // [sink]
    auto const text = std::make_shared<std::string>();
    std::string problem;
    using sink = sonde::delivered<short_lines, string_transport>;
    sonde::monitor<sink> mon{{.agent_id = "demo"}, sink(short_lines{}, string_transport{text}, [&](auto const& error) {
                                 problem = error.what();
                             })};
    auto step = sonde::monitored<"step">(mon, [](int n) { return n + 1; });
    step(1);
    step(2);
    expect(*text == "step success\nstep success\n");
    for (int n = 0; n < 10; ++n) { step(n); }
    expect(problem == "the string is full" && mon.stats().dropped.transport_failed == 8);
    // [sink]
}
