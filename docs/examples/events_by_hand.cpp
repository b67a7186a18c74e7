// SPDX-License-Identifier: MIT
// Events that no call makes: from named fields, and from structs of one's own.
#include "expect.hpp"

#include <sonde/sonde.hpp>

#include <boost/hana/define_struct.hpp>

#include <string>

using namespace sonde::literals;

// [structs]
struct order_created {  // any hana::Struct will do; this macro is Hana's
    BOOST_HANA_DEFINE_STRUCT(order_created, (std::string, order_id), (double, amount));
};

struct order_refused {  // the same without a macro, and quicker to compile
    std::string order_id;
    std::string reason;

    using sonde_members = sonde::members<sonde::member<"order_id", &order_refused::order_id>,
                                         sonde::member<"reason", &order_refused::reason>>;
    static constexpr auto event_type = "order.refused";   // else the struct's name
    static constexpr auto channel = "BUSINESS";           // else FUNCTION
    static constexpr auto level = sonde::level::warning;  // else info
};
// [structs]

int main() {
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "order-bot"}};
    std::string const id = "A-17";

    // [fields]
    mon.emit<"order_priced", sonde::channel<"BUSINESS">, sonde::warning>("order_id"_f = id, "amount"_f = 12.5);
    mon.emit<"decision">("query"_f = "refund?", sonde::output("answer"_f = "yes"), sonde::metadata("model"_f = "local"),
                         sonde::cost_usd(0.01));
    // [fields]

    // [emit]
    mon.emit(order_created{id, 12.5});
    mon.emit(order_refused{id, "out of stock"});
    // [emit]

    // [read]
    auto const priced = mon.sink().of<sonde::fields_emitted>().front();
    expect(priced.event_type == "order_priced" && priced.input_data.get<double>("amount") == 12.5);
    auto const refused = mon.sink().of<order_refused>().front();
    expect(refused.reason == "out of stock");
    // [read]

    auto const lines = mon.sink().lines();
    auto const has = [&](std::size_t line, char const* text) { return lines[line].find(text) != std::string::npos; };
    expect(lines.size() == 4);
    expect(has(0, R"("channel":"BUSINESS","level":"warning")"));
    expect(has(1, R"("output_data":{"answer":"yes"},"metadata":{"model":"local"},"cost_usd":0.01)"));
    expect(has(2, R"("event_type":"order_created")") && has(2, R"("input_data":{"order_id":"A-17","amount":12.5})"));
    expect(has(3, R"("event_type":"order.refused")") && has(3, R"("channel":"BUSINESS","level":"warning")"));
}
