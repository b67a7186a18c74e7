// SPDX-License-Identifier: MIT
// What holds for every codec that writes lines.
#ifndef SONDE_TESTS_SUPPORT_LAWS_CODEC_HPP
#define SONDE_TESTS_SUPPORT_LAWS_CODEC_HPP

#include "support/catch.hpp"
#include "support/wire.hpp"

#include <sonde/codec/concept.hpp>
#include <sonde/event/call_started.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/run_finished.hpp>
#include <sonde/event/run_started.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace sonde::tests {

template <class Codec>
void obeys_codec_laws(Codec const& codec) {
    static_assert(sonde::codec<Codec>);

    std::string const hostile("\n\r\0\x1b\"\\\xff\xE2\x80\xA8{[", 13);
    captured fields;
    for (auto in : {section::input, section::output, section::metadata}) {
        fields.add(in, hostile, hostile).add_whole(in, std::vector<std::string>(100, hostile));
    }
    fields.add(section::input, "long", std::string(3 * codec.max_value_bytes + 1, '\n'), codec.max_value_bytes);
    auto call = fields.call();
    call.agent_id = call.event_type = call.channel = call.name = call.error_message = call.session_id = call.user_id =
        hostile;
    call.status = status::error;
    call.cost_usd = 1e300;
    sonde::fields_emitted emitted;
    emitted.input_data = fields.in(section::metadata);

    auto const check = [&](auto const& event, envelope const& from) {
        std::string const before = "what is there already";
        std::string out = before;
        codec.encode(event, from, out);
        CHECK(out.substr(0, before.size()) == before);  // appends
        auto const line = out.substr(before.size());
        CHECK(std::count(line.begin(), line.end(), '\n') == 1);  // whatever it holds, it is one line
        CHECK(line.back() == '\n');
        CHECK(line.find('\0') == line.npos);
        CHECK(line.find('\x1b') == line.npos);
        CHECK(line.find('\r') == line.npos);

        std::string again;
        codec.encode(event, from, again);
        CHECK(again == line);  // the same bytes for the same event
    };
    check(call, call);
    check(emitted, emitted);
    check(sonde::call_started{}, {});
    check(sonde::run_started{}, {});
    check(sonde::run_finished{}, {});
    check(order_created{hostile, 1e300}, call);
    check(order_created{}, {});
    check(stock_low{}, {});
}

}  // namespace sonde::tests

#endif
