// SPDX-License-Identifier: MIT
// Writes events of every kind, with values that are hard to write, to every_event.jsonl: what tests/docs/schema.py holds
// against docs/event.schema.json.
#include "support/catch.hpp"

#include <sonde/sonde.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace {

using namespace sonde::literals;
using monitor = sonde::monitor<sonde::file_sink>;

constexpr auto path = "every_event.jsonl";
constexpr std::string_view hostile =
    "\"\\\n\x01\x7F\xC3\x28\xED\xA0\x80\xF5\x80 \xE2\x82\xAC \xF0\x9F\xA6\x89 </script>";

struct nested {
    std::vector<nested> inner;
    using sonde_members = sonde::members<sonde::member<"inner", &nested::inner>>;
};
struct refused {
    std::string reason;
    std::optional<int> code;
    using sonde_members =
        sonde::members<sonde::member<"reason", &refused::reason>, sonde::member<"code", &refused::code>>;
    static constexpr auto event_type = "order.refused";
    static constexpr auto channel = "BUSINESS";
    static constexpr auto level = sonde::level::security_alert;
};
struct unknown {};

struct block_all {
    std::optional<sonde::block> before(auto&) { return sonde::block{std::string(hostile)}; }
};
struct skip_all {
    auto before(auto&) { return sonde::skip{7}; }
};

template <class Kind>
void calls_of(monitor& mon) {
    auto ends = sonde::monitored<"ends", Kind, sonde::started, sonde::args<"text">>(mon, [](std::string_view) {});
    ends(hostile);
    auto fails =
        sonde::monitored<"fails", Kind, sonde::debug>(mon, [](int) { throw std::runtime_error(std::string(hostile)); });
    CHECK_THROWS_AS(fails(1), std::runtime_error);
    auto blocked = sonde::monitored<"blocked", Kind>(mon, [](int n) { return n; }, block_all{});
    CHECK_THROWS_AS(blocked(1), sonde::policy_violation);
    auto skipped = sonde::monitored<"skipped", Kind, sonde::critical>(mon, [](int n) { return n; }, skip_all{});
    CHECK(skipped(1) == 7);
}

void values(monitor& mon) {
    using namespace std::chrono_literals;
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    nested deep;
    for (int i = 0; i < 1000; ++i) {
        nested outer;
        outer.inner.push_back(std::move(deep));
        deep = std::move(outer);
    }
    mon.emit<"values">(
        "nan"_f = nan, "inf"_f = -std::numeric_limits<float>::infinity(), "tenth"_f = 0.1,
        "u64"_f = (std::numeric_limits<std::uint64_t>::max)(), "i64"_f = (std::numeric_limits<std::int64_t>::min)(),
        "yes"_f = true, "none"_f = std::optional<int>{}, "text"_f = hostile, "zero"_f = std::string(3, '\0'),
        "wait"_f = 350ms, "when"_f = std::chrono::system_clock::time_point{},
        "since"_f = std::chrono::steady_clock::time_point{}, "either"_f = std::variant<int, std::string>{"b"},
        "pair"_f = std::tuple{1, "a", nullptr}, "map"_f = std::map<std::string, int>{{std::string(hostile), 1}},
        "kind"_f = sonde::kind::tool, "unknown"_f = unknown{}, "struct"_f = refused{"x", 1}, "deep"_f = deep,
        "a\"key\n"_f = 1, "long"_f = std::string(100'000, 'x'), "many"_f = std::vector<int>(100'000, 7));
    mon.emit(refused{std::string(hostile), {}});
    mon.emit<"costly", sonde::security_alert>(sonde::output("answer"_f = "yes"), sonde::metadata("model"_f = "local"),
                                              sonde::cost_usd(1e-7));
    mon.emit<"free">(sonde::cost_usd(nan));
}

template <class Result>
void result_of(monitor& mon, Result result) {
    auto give = sonde::monitored<"give">(mon, [&] { return result; });
    give();
}

}  // namespace

TEST_CASE("every kind of event goes to a file, whatever it holds") {
    std::remove(path);
    monitor mon{{.agent_id = std::string(hostile)}, {.path = path}};
    {
        auto run = mon.run("every \"event\"",
                           {.user_id = std::string(hostile), .session_id = "s", .metadata = {{"a\nb", "c"}}});
        calls_of<sonde::function>(mon);
        calls_of<sonde::tool>(mon);
        calls_of<sonde::model>(mon);
        calls_of<sonde::agent>(mon);
        calls_of<sonde::retrieval>(mon);
        calls_of<sonde::handler>(mon);
        values(mon);
        run.output(std::vector{1, 2});
    }
    {
        auto run = mon.run("fails");
        run.fail("");
    }
    values(mon);  // outside any run
    result_of(mon, 1);
    result_of(mon, std::vector{1, 2});
    result_of(mon, refused{"x", {}});
    result_of(mon, std::vector<std::string>(10'000, "long"));
    result_of(mon, std::map<std::string, std::string>{{"big", std::string(70'000, '"')}});
    result_of(mon, unknown{});
    {
        auto span = mon.span<"by_hand", sonde::event_type<"own">, sonde::channel<"Ö">>("text"_f = hostile);
        span.set("again"_f = 1, "again"_f = 2);
        span.fail(hostile);
    }
    auto const report = mon.flush();
    CHECK(report.delivered == mon.stats().accepted);

    std::ifstream file(path);
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line);) { ++lines; }
    CHECK(lines == report.delivered);
    CHECK(lines == 2 + 6 * 5 + 4 + 2 + 4 + 6 + 1);
}

#if defined(__SIZEOF_INT128__)
TEST_CASE("an integer of more than 64 bits keeps its value, as text") {
    __extension__ using wide = __int128;
    sonde::monitor<sonde::memory_sink> mon{{.agent_id = "demo"}};
    mon.emit<"wide">("n"_f = -(wide{1} << 100));
    CHECK(mon.sink().lines().front().find(R"("n":"-1267650600228229401496703205376")") != std::string::npos);
}
#endif
