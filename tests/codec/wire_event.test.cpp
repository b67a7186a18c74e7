// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/wire_event.hpp>

#include <boost/hana/define_struct.hpp>

#include <string>
#include <string_view>

namespace {

// A library event that a later version, or a user, might define.
struct rule_broken : sonde::envelope {
    std::string_view name = {};
    std::string rule = {};
    std::string_view status = {};  // a key of the wire, but not what the wire has there
    sonde::fields input_data = {};

    using sonde_members =
        sonde::members_after<sonde::envelope, sonde::member<"name", &rule_broken::name>,
                             sonde::member<"rule", &rule_broken::rule>, sonde::member<"status", &rule_broken::status>,
                             sonde::member<"input_data", &rule_broken::input_data>>;
};

struct adapted {
    BOOST_HANA_DEFINE_STRUCT(adapted, (int, number), (std::string, text));
};

}  // namespace

TEST_CASE("members of a library event that have no key of their own become input") {
    sonde::tests::captured fields;
    fields.add(sonde::section::input, "argument", 1);
    rule_broken event;
    event.agent_id = "agent";
    event.name = "limits";
    event.rule = "at most one";
    event.status = "strict";
    event.input_data = fields.in(sonde::section::input);
    auto const wire = sonde::tests::wire_of(event);
    CHECK(wire.at("agent_id") == "agent");
    CHECK(wire.at("name") == "limits");
    CHECK(wire.at("status") == "success");
    CHECK(wire.at("input_data") ==
          sonde::tests::json::parse(R"({"argument":1,"rule":"at most one","status":"strict"})"));
}

TEST_CASE("an event however adapted to Hana is written") {
    sonde::envelope const from{.event_type = "adapted"};
    std::string line;
    sonde::json_lines{}.encode(adapted{7, "seven"}, from, line);
    CHECK(sonde::tests::json::parse(line).at("input_data") ==
          sonde::tests::json::parse(R"({"number":7,"text":"seven"})"));
}

TEST_CASE("a wire event shows the event's own texts") {
    sonde::tests::captured fields;
    auto const call = fields.call();
    sonde::value_buffer buffer;
    auto const wire = sonde::to_wire(call, call, buffer, 100);
    CHECK(wire.from == &call);
    CHECK(wire.name.data() == call.name.data());
    CHECK(buffer.size() == 0);  // nothing was captured a second time
}
