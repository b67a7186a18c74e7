// SPDX-License-Identifier: MIT
// Spans that stay open in a sender until it completes. The stand-in for a library of senders poses as stdexec.
#include "support/catch.hpp"
#include "support/senders.hpp"
#include "support/watched.hpp"

#define STDEXEC_ASSERT(...) static_cast<void>(0)
namespace stdexec = sonde::tests::senders;

#include <sonde/call/watched_sender.hpp>
#include <sonde/sonde.hpp>
#include <sonde/testing/manual_clock.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace sonde::literals;
using namespace std::chrono_literals;
using sonde::tests::json;
namespace ex = stdexec;

struct timed_sink : sonde::memory_sink {
    using sonde::memory_sink::memory_sink;
    using clock = sonde::manual_clock;
};
using monitor = sonde::monitor<timed_sink>;

monitor fresh() { return monitor{{.agent_id = "tests"}}; }
void pass(std::chrono::nanoseconds time) { sonde::manual_clock::advance(time); }

std::vector<json> events(monitor& mon) {
    std::vector<json> all;
    for (auto const& line : mon.sink().lines()) { all.push_back(json::parse(line)); }
    return all;
}
json last(monitor& mon) {
    auto const all = events(mon);
    return all.empty() ? json() : all.back();
}
json named(monitor& mon, std::string_view name) {
    for (auto const& each : events(mon)) {
        if (each["name"] == name) { return each; }
    }
    return {};
}
// Where new work would belong, here and now.
std::string here() {
    auto const context = sonde::current_context();
    return context ? std::string(sonde::to_text(context.span_id()).view()) : std::string();
}

struct stoppable_env {
    ex::stop_token token;
    [[nodiscard]] ex::stop_token query(ex::get_stop_token_t) const noexcept { return token; }
};

// Tells how it was completed, and with what.
template <class OnValue>
struct probe {
    using receiver_concept = ex::receiver_t;
    std::string* how;
    OnValue on_value;
    ex::stop_token token = {};

    template <class... Values>
        requires std::invocable<OnValue, Values...>
    void set_value(Values&&... values) noexcept {
        *how += "value";
        on_value(std::forward<Values>(values)...);
    }
    template <class Error>
    void set_error(Error&&) noexcept {
        *how += "error";
    }
    void set_stopped() noexcept { *how += "stopped"; }
    [[nodiscard]] stoppable_env get_env() const noexcept { return {token}; }
};
template <class OnValue>
probe(std::string*, OnValue) -> probe<OnValue>;
template <class OnValue>
probe(std::string*, OnValue, ex::stop_token) -> probe<OnValue>;

constexpr auto anything = [](auto&&...) {};

// How it completes, at once.
template <class Sender, class OnValue = decltype(anything)>
std::string completion(Sender&& sender, OnValue on_value = {}) {
    std::string how;
    auto operation = ex::connect(std::forward<Sender>(sender), probe{&how, on_value});
    ex::start(operation);
    return how;
}

// Completes with whatever it is told to.
template <class Signature, class Complete>
struct told {
    using sender_concept = ex::sender_t;
    using completion_signatures = ex::completion_signatures<Signature>;
    Complete complete;
    template <class Receiver>
    struct operation {
        using operation_state_concept = ex::operation_state_t;
        Receiver receiver;
        Complete complete;
        void start() & noexcept { complete(std::move(receiver)); }
    };
    template <class Receiver>
    operation<Receiver> connect(Receiver receiver) && {
        return {std::move(receiver), std::move(complete)};
    }
};
template <class Signature, class Complete>
told<Signature, Complete> tell(Complete complete) {
    return {std::move(complete)};
}

struct refusing {
    using sender_concept = ex::sender_t;
    using completion_signatures = ex::completion_signatures<ex::set_value_t()>;
    struct operation {
        using operation_state_concept = ex::operation_state_t;
        void start() & noexcept {}
    };
    template <class Receiver>
    operation connect(Receiver) && {
        throw std::runtime_error("no room");
    }
};

struct order {
    int number;
};

template <class Sender>
concept connects =
    requires(Sender&& sender, probe<decltype(anything)> to) { static_cast<Sender&&>(sender).connect(to); };

TEST_CASE("a watched sender is a sender with the same completions and environment") {
    static_assert(sonde::has_senders);
    using scheduled = ex::run_loop::schedule_sender;
    using watched = decltype(sonde::watch(std::declval<scheduled>()));
    static_assert(std::same_as<watched, sonde::watched_sender<scheduled>>);
    static_assert(ex::sender<watched>);
    static_assert(std::same_as<ex::completion_signatures_of_t<watched>, ex::completion_signatures_of_t<scheduled>>);
    static_assert(std::same_as<ex::completion_signatures_of_t<watched, stoppable_env>,
                               ex::completion_signatures<ex::set_value_t(), ex::set_stopped_t()>>);
    // As the drafts after P2300R10 ask.
    static_assert(std::same_as<decltype(watched::template get_completion_signatures<watched>()),
                               ex::completion_signatures_of_t<scheduled>>);
    static_assert(std::same_as<decltype(watched::template get_completion_signatures<watched, stoppable_env>()),
                               ex::completion_signatures_of_t<scheduled, stoppable_env>>);
    // It ends its span once.
    static_assert(!std::copy_constructible<watched> && std::move_constructible<watched>);
    static_assert(std::invocable<ex::connect_t, watched, probe<decltype(anything)>>);
    static_assert(!std::invocable<ex::connect_t, watched&, probe<decltype(anything)>>);
    static_assert(!std::invocable<ex::connect_t, watched const&, probe<decltype(anything)>>);
    static_assert(!connects<watched&> && connects<watched>);

    ex::run_loop loop;
    CHECK(ex::get_env(sonde::watch(loop.schedule())).query(ex::get_name_t{}) == &loop);

    auto const copied = ex::just(1);
    static_assert(std::same_as<decltype(sonde::watch(copied)), sonde::watched_sender<decltype(ex::just(1))>>);
    CHECK(completion(sonde::watch(copied)) == "value");
}

TEST_CASE("futures and ranges are watched as before") {
    static_assert(std::same_as<decltype(sonde::watch(std::future<int>())), sonde::watched<std::future<int>>>);
    static_assert(std::same_as<decltype(sonde::watch(std::vector<int>())), sonde::watched<std::vector<int>>>);
}

TEST_CASE("the span begins with the call and ends when the sender completes") {
    auto mon = fresh();
    auto answer = sonde::monitored<"answer", sonde::tool, sonde::args<"question">>(
        mon, [](int question) { return sonde::watch(ex::just(question * 2)); });
    auto sender = answer(21);
    pass(10ns);
    std::string how;
    bool ended_before = false;
    auto operation = ex::connect(std::move(sender), probe{&how, [&](int value) {
                                                              ended_before = mon.sink().size() == 1;
                                                              CHECK(value == 42);
                                                              pass(1000ns);
                                                          }});
    pass(20ns);
    CHECK(mon.sink().size() == 0);
    ex::start(operation);
    CHECK(how == "value");
    CHECK(ended_before);
    auto const event = last(mon);
    CHECK(mon.sink().size() == 1);
    CHECK(event["name"] == "answer");
    CHECK(event["duration_ns"] == 30);
    CHECK(event["status"] == "success");
    CHECK(event["input_data"] == json{{"question", 21}});
    CHECK(event["output_data"] == json{{"value", 42}});
}

TEST_CASE("values are the output: one as it is, several as items, none as nothing") {
    auto mon = fresh();
    auto const output_of = [&](auto make) {
        CHECK(completion(sonde::monitored<"f">(mon, [&] { return sonde::watch(make()); })()) == "value");
        return last(mon)["output_data"];
    };
    CHECK(output_of([] { return ex::just(std::string("word")); }) == json{{"value", "word"}});
    CHECK(output_of([] { return ex::just(std::vector{1, 2}); }) == json{{"items", {1, 2}}});
    CHECK(output_of([] { return ex::just(1, std::string("two"), 3.5); }) == json{{"items", {1, "two", 3.5}}});
    CHECK(output_of([] { return ex::just(); }) == json::object());
    // Pointers are not read, alone or among others.
    char const unended[] = {'a', 'b'};
    CHECK(output_of([&] { return ex::just(&unended[0]); }).dump().find("ab") == std::string::npos);
    auto const several = output_of([&] { return ex::just(&unended[0], 'c'); });
    CHECK(several["items"][0].is_object());
    CHECK(several["items"].size() == 2);

    CHECK(completion(sonde::monitored<"f", sonde::no_output>(mon, [] { return sonde::watch(ex::just(1)); })()) ==
          "value");
    CHECK(last(mon)["output_data"] == json::object());
}

TEST_CASE("values are handed on untouched") {
    auto mon = fresh();
    SECTION("references stay references") {
        std::string word("there");
        auto refer = sonde::monitored<"refer">(mon, [&] {
            return sonde::watch(tell<ex::set_value_t(std::string&)>(
                [&](auto&& receiver) { ex::set_value(std::move(receiver), word); }));
        });
        std::string* got = nullptr;
        CHECK(completion(refer(), [&](std::string& given) { got = &given; }) == "value");
        CHECK(got == &word);
        CHECK(last(mon)["output_data"] == json{{"value", "there"}});
    }
    SECTION("what can only be moved is moved, and only by who receives it") {
        auto own = sonde::monitored<"own">(mon, [] {
            return sonde::watch(ex::just(std::make_unique<int>(5), std::string("a text that is not short")));
        });
        std::unique_ptr<int> kept;
        std::string text;
        CHECK(completion(own(), [&](std::unique_ptr<int>&& first, std::string&& second) {
                  kept = std::move(first);
                  text = std::move(second);
              }) == "value");
        REQUIRE(kept != nullptr);
        CHECK(*kept == 5);
        CHECK(text == "a text that is not short");
        CHECK(last(mon)["output_data"]["items"][1] == "a text that is not short");
    }
}

TEST_CASE("errors are the span's, and handed on") {
    auto mon = fresh();
    auto const message_of = [&](auto error) {
        CHECK(completion(sonde::monitored<"f">(mon, [&] { return sonde::watch(ex::just_error(error)); })()) == "error");
        auto const event = last(mon);
        CHECK(event["status"] == "error");
        CHECK(event["output_data"] == json::object());
        return event["error_message"].get<std::string>();
    };
    CHECK(message_of(std::make_exception_ptr(std::runtime_error("gone"))) == "std::runtime_error: gone");
    CHECK(message_of(std::make_exception_ptr(7)) == "int");
    CHECK(message_of(std::exception_ptr()) == "unknown exception");
    CHECK(message_of(std::make_error_code(std::errc::timed_out)) ==
          std::make_error_code(std::errc::timed_out).message());
    CHECK(message_of(std::out_of_range("far")) == "std::out_of_range: far");
    CHECK(message_of(3) == "int");
    CHECK(message_of(order{1}).find("order") != std::string::npos);
}

TEST_CASE("an error that only can be moved is moved on") {
    auto mon = fresh();
    int got = 0;
    struct receiver {
        using receiver_concept = ex::receiver_t;
        int* got;
        void set_error(std::unique_ptr<int>&& error) noexcept { *got = *std::unique_ptr<int>(std::move(error)); }
    };
    auto fail = sonde::monitored<"fail">(mon, [] { return sonde::watch(ex::just_error(std::make_unique<int>(9))); });
    auto operation = ex::connect(fail(), receiver{&got});
    ex::start(operation);
    CHECK(got == 9);
    CHECK(last(mon)["status"] == "error");
}

TEST_CASE("stopped is cancelled") {
    auto mon = fresh();
    CHECK(completion(sonde::monitored<"f">(mon, [] { return sonde::watch(ex::just_stopped()); })()) == "stopped");
    CHECK(last(mon)["status"] == "error");
    CHECK(last(mon)["error_message"] == "cancelled");
}

TEST_CASE("what never completes is cancelled when it is destroyed") {
    auto mon = fresh();
    auto make = sonde::monitored<"make">(mon, [] { return sonde::watch(ex::just(1)); });
    std::string how;
    SECTION("the sender") {
        { auto const sender = make(); }
    }
    SECTION("the operation") {
        { auto const operation = ex::connect(make(), probe{&how, anything}); }
    }
    SECTION("the sender that it was moved to") {
        auto sender = make();
        {
            auto const moved = std::move(sender);
            CHECK(mon.sink().size() == 0);
        }
        CHECK(mon.sink().size() == 1);
    }
    CHECK(how.empty());
    CHECK(mon.sink().size() == 1);
    CHECK(last(mon)["status"] == "error");
    CHECK(last(mon)["error_message"] == "cancelled");
}

TEST_CASE("what connect throws goes through, and is the span's error") {
    auto mon = fresh();
    auto make = sonde::monitored<"make">(mon, [] { return sonde::watch(refusing{}); });
    std::string how;
    CHECK_THROWS_WITH(static_cast<void>(ex::connect(make(), probe{&how, anything})), "no room");
    CHECK(mon.sink().size() == 1);
    CHECK(last(mon)["error_message"] == "std::runtime_error: no room");
}

TEST_CASE("what start does is within the call, and what comes after the completion is not") {
    auto mon = fresh();
    auto step = sonde::monitored<"step">(mon, [] {});
    auto work = sonde::monitored<"work">(mon, [&] {
        return sonde::watch(ex::just(1) | ex::then([&](int value) {
                                step();
                                sonde::current_span().set("within"_f = true);
                                return value + 1;
                            }));
    });
    auto after = sonde::monitored<"after">(mon, [] {});
    std::string how, outside;
    SECTION("of no other") {
        CHECK(completion(work(), [&](int) { after(); }) == "value");
        CHECK(named(mon, "after")["parent_span_id"] == nullptr);
        CHECK(named(mon, "after")["trace_id"] != named(mon, "work")["trace_id"]);
    }
    SECTION("but of the span that it was started in") {
        auto around = mon.span<"around">();
        outside = here();
        auto operation = ex::connect(work(), probe{&how, [&](int) {
                                                       CHECK(here() == outside);
                                                       sonde::current_span().set("outside"_f = true);
                                                       after();
                                                   }});
        CHECK(here() == outside);
        ex::start(operation);
        CHECK(here() == outside);
        around.finish();
        CHECK(named(mon, "after")["parent_span_id"] == outside);
        CHECK(named(mon, "around")["metadata"] == json{{"outside", true}});
    }
    CHECK(here().empty());
    CHECK(named(mon, "step")["parent_span_id"] == named(mon, "work")["span_id"]);
    CHECK(named(mon, "work")["metadata"] == json{{"within", true}});
    CHECK(named(mon, "work")["output_data"] == json{{"value", 2}});
}

TEST_CASE("a sender may complete within a call, and its operation go on") {
    auto mon = fresh();
    auto run = sonde::monitored<"run">(mon, [](auto const& function) { function(); });
    auto step = sonde::monitored<"step">(mon, [] {});
    auto work = sonde::monitored<"work">(mon, [&] {
        return sonde::watch(tell<ex::set_value_t()>([&](auto&& receiver) {
            run([&] { ex::set_value(std::move(receiver)); });
            step();  // the span has ended
            sonde::current_span().set("late"_f = true);
        }));
    });
    auto after = sonde::monitored<"after">(mon, [] {});
    CHECK(completion(work(), [&] { after(); }) == "value");
    CHECK(here().empty());
    CHECK(named(mon, "run")["parent_span_id"] == named(mon, "work")["span_id"]);
    CHECK(named(mon, "after")["parent_span_id"] == named(mon, "run")["span_id"]);
    CHECK(named(mon, "step")["parent_span_id"] == nullptr);
    CHECK(named(mon, "work")["metadata"] == json::object());
}

TEST_CASE("a sender may complete elsewhere while it is still being started") {
    auto mon = fresh();
    auto step = sonde::monitored<"step">(mon, [] {});
    std::string outside("?");
    auto work = sonde::monitored<"work">(mon, [&] {
        return sonde::watch(tell<ex::set_value_t()>([&](auto&& receiver) {
            std::thread([&] { ex::set_value(std::move(receiver)); }).join();
            step();
            sonde::current_span().set("late"_f = true);
        }));
    });
    CHECK(completion(work(), [&] { outside = here(); }) == "value");
    CHECK(outside.empty());
    CHECK(here().empty());
    CHECK(named(mon, "step")["parent_span_id"] == named(mon, "work")["span_id"]);
    CHECK(named(mon, "work")["metadata"] == json::object());
}

TEST_CASE("between call and start the thread is not within it, nor after a start that leaves work behind") {
    auto mon = fresh();
    ex::run_loop loop;
    auto later = sonde::monitored<"later">(mon, [&] { return sonde::watch(loop.schedule()); });
    std::string how, then;
    auto sender = later();
    CHECK(here().empty());
    auto operation = ex::connect(std::move(sender), probe{&how, [&] { then = here(); }});
    CHECK(here().empty());
    ex::start(operation);
    CHECK(here().empty());
    CHECK(mon.sink().size() == 0);
    loop.finish();
    loop.run();
    CHECK(how == "value");
    CHECK(then.empty());
    CHECK(mon.sink().size() == 1);
}

TEST_CASE("watched senders nest, in pipes too") {
    auto mon = fresh();
    auto inner = sonde::monitored<"inner">(mon, [](int value) { return sonde::watch(ex::just(value)); });
    auto outer = sonde::monitored<"outer">(
        mon, [&](int value) { return sonde::watch(inner(value) | ex::then([](int given) { return given + 1; })); });
    CHECK(completion(outer(1) | ex::then([](int given) { return given * 10; }),
                     [](int given) { CHECK(given == 20); }) == "value");
    CHECK(named(mon, "inner")["parent_span_id"] == named(mon, "outer")["span_id"]);
    CHECK(named(mon, "inner")["output_data"] == json{{"value", 1}});
    CHECK(named(mon, "outer")["output_data"] == json{{"value", 2}});
    CHECK(events(mon).size() == 2);
}

TEST_CASE("two calls that return one sender both end with it") {
    auto mon = fresh();
    auto inner = sonde::monitored<"inner">(mon, [] { return sonde::watch(ex::just(4)); });
    auto outer = sonde::monitored<"outer">(mon, [&] { return inner(); });
    CHECK(completion(outer()) == "value");
    CHECK(events(mon).size() == 2);
    CHECK(named(mon, "inner")["parent_span_id"] == named(mon, "outer")["span_id"]);
    for (auto const* const name : {"inner", "outer"}) {
        CHECK(named(mon, name)["status"] == "success");
        CHECK(named(mon, name)["output_data"] == json{{"value", 4}});
    }
    CHECK(here().empty());
}

TEST_CASE("the receiver may destroy the operation") {
    auto mon = fresh();
    auto make =
        sonde::monitored<"make">(mon, [] { return sonde::watch(ex::just(std::string("a text that is not short"))); });
    struct destroyer {
        using receiver_concept = ex::receiver_t;
        void** held;
        void (*destroy)(void*);
        std::string* got;
        void set_value(std::string&& value) noexcept {
            auto* const out = got;
            *out = std::move(value);
            destroy(*held);
        }
    };
    using operation = ex::connect_result_t<decltype(make()), destroyer>;
    void* held = nullptr;
    std::string got;
    auto* const made = new operation(
        ex::connect(make(), destroyer{&held, [](void* one) { delete static_cast<operation*>(one); }, &got}));
    held = made;
    ex::start(*made);
    CHECK(got == "a text that is not short");
    CHECK(mon.sink().size() == 1);
    CHECK(here().empty());
}

TEST_CASE("a sender may complete on another thread") {
    auto mon = fresh();
    ex::run_loop loop;
    std::thread worker([&] { loop.run(); });
    auto fetch = sonde::monitored<"fetch">(
        mon, [&](int value) { return sonde::watch(loop.schedule() | ex::then([value] { return value; })); });
    constexpr int rounds = 200;
    for (int n = 0; n < rounds; ++n) {
        std::string how, outside("?");
        std::promise<int> answer;
        auto operation = ex::connect(fetch(n), probe{&how, [&](int value) {
                                                         outside = here();
                                                         answer.set_value(value);
                                                     }});
        ex::start(operation);
        CHECK(answer.get_future().get() == n);
        CHECK(outside.empty());
        CHECK(here().empty());
    }
    loop.finish();
    worker.join();
    auto const all = events(mon);
    REQUIRE(all.size() == rounds);
    for (int n = 0; n < rounds; ++n) {
        CHECK(all[static_cast<std::size_t>(n)]["output_data"] == json{{"value", n}});
        CHECK(all[static_cast<std::size_t>(n)]["status"] == "success");
    }
}

TEST_CASE("the receiver's environment is what the sender within sees") {
    auto mon = fresh();
    ex::run_loop loop;
    auto later = sonde::monitored<"later">(mon, [&] { return sonde::watch(loop.schedule()); });
    std::string how;
    std::atomic<bool> stop = false;
    auto operation = ex::connect(later(), probe{&how, anything, ex::stop_token(stop)});
    ex::start(operation);
    stop = true;
    loop.finish();
    loop.run();
    CHECK(how == "stopped");
    CHECK(last(mon)["error_message"] == "cancelled");
}

TEST_CASE("what is not recorded is the sender and no more") {
    CHECK(completion(sonde::watch(ex::just(1)), [](int value) { CHECK(value == 1); }) == "value");
    CHECK(completion(sonde::watch(ex::just_error(1))) == "error");
    CHECK(completion(sonde::watch(ex::just_error(std::exception_ptr()))) == "error");
    CHECK(completion(sonde::watch(ex::just_stopped())) == "stopped");

    sonde::monitor<sonde::null_sink> off{{.agent_id = "tests"}};
    CHECK(completion(sonde::monitored<"f">(off, [] { return sonde::watch(ex::just(1)); })()) == "value");
    auto mon = fresh();
    mon.enabled(false);
    CHECK(completion(sonde::monitored<"f">(mon, [] { return sonde::watch(ex::just(1)); })()) == "value");
    CHECK(mon.sink().size() == 0);
}

struct looking {
    std::vector<std::string>* seen;
    void before(auto&) { seen->push_back("before"); }
    void after(auto& call, auto&) {
        seen->push_back("after");
        call.span().set("hooked"_f = true);
    }
};

TEST_CASE("hooks see the call, with the work still to come") {
    auto mon = fresh();
    std::vector<std::string> seen;
    auto make = sonde::monitored<"make">(mon, [](int value) { return sonde::watch(ex::just(value)); }, looking{&seen});
    auto sender = make(6);
    CHECK(seen == std::vector<std::string>{"before", "after"});
    CHECK(mon.sink().size() == 0);
    CHECK(completion(std::move(sender)) == "value");
    CHECK(last(mon)["output_data"] == json{{"value", 6}});
    CHECK(last(mon)["metadata"] == json{{"hooked", true}});
}

TEST_CASE("what the function says of a failure itself stands") {
    auto mon = fresh();
    auto half = sonde::monitored<"half", sonde::with_span>(mon, [](auto& span) {
        span.fail("half of it");
        return sonde::watch(ex::just_stopped());
    });
    CHECK(completion(half()) == "stopped");
    CHECK(last(mon)["error_message"] == "half of it");
}

}  // namespace
