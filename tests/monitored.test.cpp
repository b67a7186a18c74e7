// SPDX-License-Identifier: MIT
// The front door: what monitored<> takes, and the names it gives.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/monitored.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

namespace shop {
struct order {
    int items = 2;
    int total(int price) const noexcept { return items * price; }
    bool operator<(order const& other) const { return items < other.items; }
    struct line {
        int count() const { return 1; }
    };
};
inline int place(order const& one) { return one.items; }
template <class T>
T same(T value) {
    return value;
}
namespace {
int hidden(int value) { return -value; }
}  // namespace
}  // namespace shop

namespace {

using sonde::tests::events;
using sonde::tests::json;
using sonde::tests::last_event;
using sonde::tests::watched;

struct seeing {
    std::vector<std::string>* into;
    void before(auto& call) {
        into->emplace_back(call.name());
        into->emplace_back(call.channel());
        into->emplace_back(call.event_type());
        into->emplace_back(to_text(call.kind()));
        for (auto const name : call.argument_names) { into->emplace_back(name); }
        static_assert(std::is_same_v<decltype(sonde::arg<0>(call)), std::string&>);
        static_assert(std::is_same_v<decltype(sonde::arg<"limit">(call)), int const&>);
        static_assert(std::remove_reference_t<decltype(call)>::argument_count == 2);
        sonde::arg<"query">(call) += "!";
        into->push_back(std::to_string(sonde::arg<1>(call)));
    }
};
struct reading_run {
    std::string* text;
    void before(auto& call) {
        auto const run = call.run();
        *text = std::string(run.name()) + "/" + std::string(run.user_id()) + "/" + std::string(run.session_id()) + "/" +
                std::string(run.metadata("tenant")) + "/" + std::string(run.metadata("none"));
    }
};

// Callables that could be taken for hooks.
struct retrying {
    void on_error(int) {}
    int operator()(int value) const { return value + 1; }
};
class timing {
    int before = 3;

public:
    int operator()(int value) const { return value + before; }
};
struct generic_after {
    int after = 0;
    template <class Value>
    Value operator()(Value value) const {
        return value;
    }
};
struct hook_and_callable {
    int* seen;
    void before(auto&) { ++*seen; }
    int operator()(int value) const { return -value; }
};
struct final_hook final {
    int* seen;
    void before(auto&) { ++*seen; }
};
struct named_otherwise {
    std::string name = "ours";
    void before(auto&) {}
};

// Touches its state when the call is over.
struct counting_after {
    int* calls;
    std::string own = "state that must be there still, too long for the short-string buffer";
    void after(auto&, auto&) { *calls += own.empty() ? 0 : 1; }
    ~counting_after() { own.clear(); }
};

int static_calls = 0;
auto& late_monitor() {
    static auto mon = watched();
    return mon;
}
struct calls_at_exit {
    int (*function)();
    ~calls_at_exit() { function(); }
};
// Destroyed after the monitor, which is made later: what was decorated, and is never destroyed, must still be good.
int call_late();
calls_at_exit const before_monitor{call_late};
int call_late() {
    static auto& late = *new auto(sonde::monitored<"late">(late_monitor(), [] { return ++static_calls; }));
    return late();
}

}  // namespace

TEST_CASE("names are those of functions and members, namespaces dropped") {
    auto mon = watched();
    shop::order const one;
    auto const name = [&](auto decorated, auto const&... arguments) {
        decorated(arguments...);
        return last_event(mon)["name"].template get<std::string>();
    };
    CHECK(name(sonde::monitored<&shop::place>(mon), one) == "place");
    CHECK(name(sonde::monitored<shop::place>(mon), one) == "place");
    CHECK(name(sonde::monitored<&shop::same<int>>(mon), 1) == "same");
    CHECK(name(sonde::monitored<&shop::hidden>(mon), 1) == "hidden");
    CHECK(name(sonde::monitored<&shop::order::total>(mon), one, 3) == "order::total");
    CHECK(name(sonde::monitored<&shop::order::items>(mon), one) == "order::items");
    CHECK(name(sonde::monitored < &shop::order::operator<>(mon), one, one) == "order::operator<");
    CHECK(name(sonde::monitored<&shop::order::line::count>(mon), shop::order::line{}) == "line::count");
    CHECK(last_event(mon)["input_data"] == json::object());
    CHECK(name(sonde::monitored<"ünï">(mon, [] {})) == "ünï");
}

TEST_CASE("a hook sees the site and typed arguments, by position and by name") {
    auto mon = watched();
    std::vector<std::string> seen;
    auto search = sonde::monitored<"search", sonde::retrieval, sonde::args<"query", "limit">>(
        mon, [](std::string query, int const& limit) { return query + std::to_string(limit); }, seeing{&seen});
    CHECK(search("hana", 3) == "hana!3");
    CHECK(seen ==
          std::vector<std::string>{"search", "RETRIEVAL", "retrieval_call", "retrieval", "query", "limit", "3"});
    CHECK(last_event(mon)["input_data"] == json{{"query", "hana!"}, {"limit", 3}});
}

TEMPLATE_TEST_CASE("a hook sees the run it is in", "", sonde::null_sink, sonde::memory_sink) {
    auto mon = watched<TestType>();
    std::string text;
    auto f = sonde::monitored<"f">(mon, [] {}, reading_run{&text});
    f();
    CHECK(text == "////");
    auto run = mon.run("research", {.user_id = "jane", .session_id = "c1", .metadata = {{"tenant", "a"}}});
    f();
    CHECK(text == "research/jane/c1/a/");
    {
        auto inner = mon.run("inner");
        f();
        CHECK(text == "inner////");
    }
    f();
    CHECK(text == "research/jane/c1/a/");
}

TEST_CASE("one decorated callable serves many threads") {
    auto mon = watched();
    auto const f = sonde::monitored<"f">(mon, [](int x) { return x; });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                auto const own = f;
                if (own(i) != i) { std::terminate(); }
            }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    CHECK(mon.sink().size() == 800);
    CHECK(mon.stats().accepted == 800);
}

TEST_CASE("decorated callables work after their monitor is gone, while the program ends too") {
    CHECK(call_late() == 1);
    CHECK(late_monitor().sink().size() == 1);
    static_cast<void>(before_monitor);
}

TEST_CASE("a decorated callable on a thread that outlives the monitor") {
    auto mon = std::make_unique<sonde::monitor<sonde::memory_sink>>(sonde::identity{.agent_id = "tests"});
    auto f = sonde::monitored<"f">(*mon, [](int x) { return x + 1; });
    std::mutex gate;
    gate.lock();
    int result = 0;
    std::thread later([&, f] {
        std::lock_guard const wait(gate);
        result = f(1);
    });
    mon.reset();
    gate.unlock();
    later.join();
    CHECK(result == 2);
}

TEST_CASE("what is derived from a monitor is one") {
    struct office : sonde::monitor<sonde::memory_sink> {
        using monitor::monitor;
    };
    office mon{{.agent_id = "office"}};
    auto const shared_hooks = sonde::with_hooks(mon);
    CHECK(sonde::monitored<"f">(mon, [](int number) { return number; })(1) == 1);
    CHECK(sonde::monitored<"f">(shared_hooks, [](int number) { return number; })(2) == 2);
    CHECK(([](int number) { return number; } | sonde::monitored<"f">(mon))(3) == 3);
    CHECK(mon.stats().delivered == 3);
}

TEST_CASE("what stands behind the monitor and can be called is the callable, whatever its members are called") {
    auto mon = watched();
    int seen = 0;
    CHECK(sonde::monitored<"retry">(mon, retrying{})(1) == 2);
    CHECK(sonde::monitored<"timing">(mon, timing{})(1) == 4);
    CHECK(sonde::monitored<"generic">(mon, generic_after{})(5) == 5);
    CHECK(sonde::monitored<"both">(mon, hook_and_callable{&seen})(1) == -1);
    CHECK(seen == 0);
    CHECK(sonde::monitored<"behind">(mon, timing{}, hook_and_callable{&seen})(1) == 4);
    CHECK(seen == 1);
    auto piped = timing{} | sonde::monitored<"piped">(mon, final_hook{&seen});
    CHECK(piped(1) == 4);
    CHECK(seen == 2);
    CHECK(events(mon).size() == 6);
}

TEST_CASE("a hook may have a data member called name") {
    auto mon = watched();
    CHECK(sonde::monitored<"twice">(mon, [](int value) { return 2 * value; }, named_otherwise{})(2) == 4);
}

TEST_CASE("a name may be an array of characters") {
    auto mon = watched();
    static constexpr char name[] = "array";
    sonde::monitored<name>(mon, [] {})();
    CHECK(last_event(mon)["name"] == "array");
}

TEST_CASE("what with_hooks makes outlives its monitor") {
    int seen = 0;
    auto tools = sonde::with_hooks(watched(), final_hook{&seen});
    auto more = sonde::with_hooks(tools, final_hook{&seen});
    auto twice = sonde::monitored<"twice">(more, [](int value) { return 2 * value; });
    CHECK(twice(2) == 4);
    CHECK(seen == 2);
    auto none = sonde::with_hooks(sonde::monitor<sonde::null_sink>{{.agent_id = "tests"}}, final_hook{&seen});
    CHECK(sonde::monitored<"twice">(none, [](int value) { return 2 * value; })(2) == 4);
    CHECK(seen == 3);
}

TEMPLATE_TEST_CASE("a handler may forget itself while it runs, hooks with state and all", "", sonde::memory_sink,
                   sonde::null_sink) {
    auto mon = watched<TestType>();
    int calls = 0;
    std::map<int, std::function<int(int)>> handlers;
    handlers[1] = sonde::monitored<"once">(
        mon,
        [&handlers](int depth) {
            auto& all = handlers;  // the captures are gone with the handler
            if (depth > 0) { return all[1](depth - 1); }
            all.erase(1);
            return 7;
        },
        counting_after{&calls});
    CHECK(handlers[1](2) == 7);
    CHECK(calls == 3);
    CHECK(handlers.empty());
}
