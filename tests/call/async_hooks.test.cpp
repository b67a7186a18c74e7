// SPDX-License-Identifier: MIT
// Hooks around decorated coroutines: asked when the body first runs, told of what awaiting it gives, recorded or not.
#include "support/catch.hpp"
#include "support/pool.hpp"
#include "support/tasks.hpp"
#include "support/watched.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace {

using sonde::monitored;
using sonde::tests::eager;
using sonde::tests::events;
using sonde::tests::last_event;
using sonde::tests::lazy;
using sonde::tests::manual_event;
using sonde::tests::pool;
using sonde::tests::sync_wait;
using sonde::tests::templated_lazy;
using sonde::tests::traits_task;
using sonde::tests::watched;
using journal = std::vector<std::string>;

template <class Task>
void start(Task& task) {
    std::move(task).operator co_await().lazy.resume();
}

// Hooks guard where nothing is recorded, too.
template <class Test>
void everywhere(Test&& test) {
    auto mon = watched();
    test(mon);
    mon.enabled(false);
    auto const before = events(mon).size();
    test(mon);
    CHECK(events(mon).size() == before);
    auto none = watched<sonde::null_sink>();
    test(none);
}

template <int Priority, char Name>
struct noting {
    static constexpr int priority = Priority;
    journal* into;
    void note(std::string_view what) { into->push_back(std::string(what) + Name); }
    void before(auto&) { note("before "); }
    void after(auto&, auto&) { note("after "); }
    void on_error(auto&, std::exception_ptr) { note("on_error "); }
    void on_block(auto&, std::string_view reason) { note("on_block " + std::string(reason) + " "); }
};

struct skipping : noting<0, 's'> {
    sonde::skip<int> before(auto&) {
        note("before ");
        return {7};
    }
};

template <class Answer>
struct answering {
    std::function<Answer()> make;
    Answer before(auto&) { return make(); }
};
template <class Make>
answering(Make) -> answering<std::invoke_result_t<Make&>>;

struct doubling {
    void after(auto&, int& result) { result *= 2; }
};

struct throwing {
    static constexpr int priority = 5;
    void before(auto&) { throw 1; }
    void after(auto&, auto&) { throw 2; }
    void on_error(auto&, std::exception_ptr) { throw 3; }
};

// Its before is a coroutine.
template <class Verdict>
struct asking {
    static constexpr std::string_view name = "asking";
    std::function<lazy<Verdict>()> ask;
    lazy<Verdict> before(auto&) { return ask(); }
};

struct keeping {
    std::shared_ptr<journal> into;
    void before(auto&) { into->push_back("before"); }
    void after(auto&, auto&) { into->push_back("after"); }
};

using either = sonde::verdict<sonde::proceed, sonde::block, sonde::skip<int>, sonde::modify<int>>;

}  // namespace

TEMPLATE_TEST_CASE("hooks are asked when the body first runs, and told when it has ended", "", lazy<int>, eager<int>,
                   templated_lazy<int>, traits_task<int>) {
    everywhere([](auto& mon) {
        journal notes;
        pool threads(1);
        auto work = monitored<"work">(
            mon,
            [&](int n) -> TestType {
                notes.push_back("body");
                co_await threads.schedule();
                if (n < 0) { throw std::out_of_range("negative"); }
                co_return n;
            },
            noting<0, 'a'>{&notes}, noting<9, 'b'>{&notes});
        CHECK(sync_wait(work(1)) == 1);
        CHECK(notes == journal{"before b", "before a", "body", "after a", "after b"});
        notes.clear();
        CHECK_THROWS_AS(sync_wait(work(-1)), std::out_of_range);
        CHECK(notes == journal{"before b", "before a", "body", "on_error a", "on_error b"});
    });
}

TEST_CASE("a lazy coroutine that is never awaited asks nobody; one that is cancelled tells nobody") {
    everywhere([](auto& mon) {
        journal notes;
        manual_event never;
        auto work = monitored<"work">(
            mon,
            [&](int n) -> lazy<int> {
                co_await never;
                co_return n;
            },
            noting<0, 'a'>{&notes});
        { auto const unused = work(1); }
        CHECK(notes.empty());
        {
            auto task = work(2);
            CHECK(notes.empty());
            start(task);
            CHECK(notes == journal{"before a"});
        }
        CHECK(notes == journal{"before a"});
    });
}

TEST_CASE("block, skip and modify") {
    everywhere([](auto& mon) {
        journal notes;
        int ran = 0;
        auto const body = [&](int n) -> lazy<int> {
            ++ran;
            co_return n;
        };
        auto blocked = monitored<"work">(mon, body, noting<1, 'a'>{&notes},
                                         answering{[] { return sonde::block{"no"}; }}, noting<-1, 'c'>{&notes});
        auto task = blocked(1);
        CHECK_THROWS_AS(sync_wait(std::move(task)), sonde::policy_violation);
        CHECK(notes == journal{"before a", "on_block no a"});
        CHECK(ran == 0);

        notes.clear();
        auto skipped = monitored<"work">(mon, body, noting<1, 'a'>{&notes}, answering{[] { return sonde::skip{42}; }});
        CHECK(sync_wait(skipped(1)) == 42);
        CHECK(notes == journal{"before a", "after a"});
        CHECK(ran == 0);

        auto modified = monitored<"work">(mon, body, answering{[] { return sonde::modify{7}; }}, doubling{});
        CHECK(sync_wait(modified(1)) == 14);
        CHECK(ran == 1);
        auto among = monitored<"work">(mon, body, answering{[] { return std::optional<sonde::block>(); }},
                                       answering{[]() -> either { return sonde::modify{8}; }});
        CHECK(sync_wait(among(1)) == 8);
    });
}

TEST_CASE("a hook that skips is not told of the end, as with a plain call") {
    everywhere([](auto& mon) {
        journal of_plain, of_coroutine;
        auto const plain = monitored<"work">(
            mon, [](int n) { return n; }, noting<1, 'a'>{&of_plain}, skipping{{&of_plain}}, noting<-1, 'c'>{&of_plain});
        auto const coroutine = monitored<"work">(
            mon, [](int n) -> lazy<int> { co_return n; }, noting<1, 'a'>{&of_coroutine}, skipping{{&of_coroutine}},
            noting<-1, 'c'>{&of_coroutine});
        CHECK(plain(1) == 7);
        CHECK(sync_wait(coroutine(1)) == 7);
        CHECK(of_coroutine == journal{"before a", "before s", "after a"});
        CHECK(of_coroutine == of_plain);
    });
}

TEST_CASE("what hooks decided is in the event") {
    auto mon = watched();
    auto const body = [](int n) -> lazy<int> { co_return n; };
    CHECK_THROWS(sync_wait(monitored<"f">(mon, body, answering{[] { return sonde::block{"no"}; }})(1)));
    CHECK(last_event(mon)["status"] == "blocked");
    CHECK(last_event(mon)["input_data"].dump() == R"({"arg0":1})");
    CHECK(sync_wait(monitored<"f">(mon, body, answering{[] { return sonde::skip{5}; }})(1)) == 5);
    CHECK(last_event(mon)["metadata"].contains("skipped_by"));
    CHECK(last_event(mon)["output_data"].dump() == R"({"value":5})");
    CHECK(sync_wait(monitored<"f">(mon, body, answering{[] { return sonde::modify{6}; }}, doubling{})(1)) == 12);
    CHECK(last_event(mon)["input_data"].dump() == R"({"arg0":6})");
    CHECK(last_event(mon)["output_data"].dump() == R"({"value":12})");
    CHECK(events(mon).size() == 3);
}

TEST_CASE("void, references and values that only move pass by the hooks") {
    everywhere([](auto& mon) {
        journal notes;
        int ran = 0, other = 0;
        auto nothing = monitored<"nothing">(
            mon,
            [&]() -> eager<void> {
                ++ran;
                co_return;
            },
            noting<0, 'a'>{&notes});
        sync_wait(nothing());
        CHECK(notes == journal{"before a", "after a"});
        sync_wait(monitored<"nothing">(
            mon,
            [&]() -> lazy<void> {
                ++ran;
                co_return;
            },
            answering{[] { return sonde::skip{}; }})());
        CHECK(ran == 1);
        auto refer = monitored<"refer">(mon, [](int& n) -> lazy<int&> { co_return n; }, doubling{});
        ran = 4;
        CHECK(&sync_wait(refer(ran)) == &ran);
        CHECK(ran == 8);
        auto instead = monitored<"refer">(
            mon, [](int& n) -> lazy<int&> { co_return n; }, answering{[&] { return sonde::modify{std::ref(other)}; }});
        CHECK(&sync_wait(instead(ran)) == &other);
        auto move = monitored<"move">(
            mon, [](std::unique_ptr<int> p) -> lazy<std::unique_ptr<int>> { co_return p; }, noting<0, 'a'>{&notes});
        CHECK(*sync_wait(move(std::make_unique<int>(3))) == 3);
    });
}

TEST_CASE("what a hook throws is ignored where it has no verdict, and blocks where it has") {
    everywhere([](auto& mon) {
        journal notes;
        auto work = monitored<"work">(
            mon,
            [](int n) -> lazy<int> {
                if (n == 0) { throw std::runtime_error("zero"); }
                co_return n;
            },
            throwing{}, noting<0, 'a'>{&notes});
        CHECK(sync_wait(work(1)) == 1);
        CHECK(notes == journal{"before a", "after a"});
        CHECK_THROWS_WITH(sync_wait(work(0)), "zero");
        auto refuses = monitored<"work">(
            mon, [](int n) -> lazy<int> { co_return n; },
            answering{[]() -> std::optional<sonde::block> { throw std::runtime_error("broken"); }});
        CHECK_THROWS_WITH(sync_wait(refuses(1)),
                          sonde::tests::contains_text("the hook threw std::runtime_error: broken"));
    });
}

TEMPLATE_TEST_CASE("a before that is a coroutine is waited for, on whichever thread", "", lazy<int>, eager<int>,
                   traits_task<int>) {
    everywhere([](auto& mon) {
        journal notes;
        pool threads(2);
        int given = 0;
        auto const answer = [&](either verdict) -> asking<either> {
            return {[&threads, verdict]() -> lazy<either> {
                co_await threads.schedule();
                co_return verdict;
            }};
        };
        auto const body = [&](int n) -> TestType {
            given = n;
            co_await threads.schedule();
            co_return n;
        };
        auto proceeds = monitored<"work">(mon, body, noting<1, 'a'>{&notes}, answer(sonde::proceed{}),
                                          noting<-1, 'c'>{&notes}, doubling{});
        CHECK(sync_wait(proceeds(3)) == 6);
        CHECK(notes == journal{"before a", "before c", "after c", "after a"});
        notes.clear();
        auto blocks =
            monitored<"work">(mon, body, noting<1, 'a'>{&notes}, answer(sonde::block{"wait"}), noting<-1, 'c'>{&notes});
        CHECK_THROWS_AS(sync_wait(blocks(3)), sonde::policy_violation);
        CHECK(notes == journal{"before a", "on_block wait a"});
        CHECK(sync_wait(monitored<"work">(mon, body, answer(sonde::skip{5}), answer(sonde::proceed{}))(3)) == 5);
        CHECK(sync_wait(monitored<"work">(mon, body, answer(sonde::modify{9}), answer(sonde::proceed{}))(3)) == 9);
        CHECK(given == 9);
    });
}

TEST_CASE("a before that is a coroutine: nothing, an optional, an exception, and the context it runs in") {
    everywhere([](auto& mon) {
        pool threads(1);
        int asked = 0, ran = 0;
        auto const body = [&](int n) -> lazy<int> {
            ++ran;
            co_return n;
        };
        auto silent = monitored<"work">(mon, body, asking<void>{[&]() -> lazy<void> {
                                            co_await threads.schedule();
                                            ++asked;
                                        }});
        CHECK(sync_wait(silent(1)) == 1);
        CHECK(asked == 1);
        auto careless = monitored<"work">(mon, body, asking<void>{[&]() -> lazy<void> {
                                              co_await threads.schedule();
                                              throw std::runtime_error("ignored");
                                          }},
                                          doubling{});
        CHECK(sync_wait(careless(1)) == 2);
        auto careful = monitored<"work">(
            mon, body, asking<std::optional<sonde::block>>{[&]() -> lazy<std::optional<sonde::block>> {
                co_await threads.schedule();
                throw std::runtime_error("broken");
            }});
        CHECK_THROWS_WITH(sync_wait(careful(1)), sonde::tests::contains_text("broken"));
        auto at_once = monitored<"work">(
            mon, body,
            asking<std::optional<sonde::block>>{[]() -> lazy<std::optional<sonde::block>> { co_return std::nullopt; }});
        CHECK(sync_wait(at_once(1)) == 1);
        CHECK(ran == 3);
        // It throws before it is a coroutine.
        auto early =
            monitored<"work">(mon, body, asking<void>{[]() -> lazy<void> { throw std::runtime_error("early"); }},
                              asking<either>{[]() -> lazy<either> { throw std::runtime_error("early too"); }});
        CHECK_THROWS_WITH(sync_wait(early(1)), sonde::tests::contains_text("early too"));
        CHECK(ran == 3);
        CHECK(!sonde::current_context());
    });
}

TEST_CASE("destroyed while a before waits, the call was cancelled and its callable never called") {
    auto mon = watched();
    manual_event never;
    int ran = 0;
    auto work = monitored<"work">(
        mon,
        [&](std::string text) -> lazy<std::size_t> {
            ++ran;
            co_return text.size();
        },
        asking<void>{[&]() -> lazy<void> { co_await never; }});
    {
        auto task = work(std::string(50, 'x'));
        start(task);
        CHECK(!sonde::current_context());
        CHECK(events(mon).empty());
    }
    CHECK(ran == 0);
    CHECK(last_event(mon)["error_message"] == "cancelled");
    CHECK(events(mon).size() == 1);
}

TEST_CASE("a temporary decorated callable's hooks live as long as its coroutine") {
    auto notes = std::make_shared<journal>();
    auto mon = watched();
    auto task = monitored<"work">(mon, [](int n) -> lazy<int> { co_return n; }, keeping{notes})(2);
    CHECK(notes.use_count() > 1);
    CHECK(sync_wait(std::move(task)) == 2);
    CHECK(*notes == journal{"before", "after"});
}
