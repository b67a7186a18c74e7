// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/scripted_transport.hpp"

#include <sonde/delivery/dispatcher.hpp>
#include <sonde/delivery/with_spool.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sonde::batch;
using sonde::trace_id;
using sonde::transport_outcome;
using sonde::transport_result;
using sonde::tests::failed;
using sonde::tests::folder;
using sonde::tests::law;
using sonde::tests::place;
using sonde::tests::scripted;

namespace {

// Stands still until it is told to go on.
struct stopped_clock {
    using time_point = std::chrono::steady_clock::time_point;
    static inline time_point moment{std::chrono::hours(1)};
    static time_point now() noexcept { return moment; }
};

struct post {
    std::string text;
    trace_id key;
    friend bool operator==(post const&, post const&) = default;
};

// Remembers every try.
class keyed : public scripted {
public:
    keyed(place& where, std::vector<post>& posts) : scripted(where), posts_(&posts) {}
    using scripted::send;
    transport_result send(std::string_view bytes, trace_id key) noexcept {
        posts_->push_back({std::string(bytes), key});
        return scripted::send(bytes);
    }

private:
    std::vector<post>* posts_;
};

// Has an answer when the test says so.
class overlapped : public keyed {
public:
    using keyed::keyed;
    void start(std::string_view bytes, trace_id key) noexcept { begun_ = {std::string(bytes), key}; }
    bool finished(sonde::deadline, transport_result& result) noexcept {
        if (!answers) { return false; }
        result = send(begun_.text, begun_.key);
        return true;
    }
    void wake() noexcept {}
    void cancel() noexcept { cancelled = true; }
    static inline bool answers = true, cancelled = false;

private:
    post begun_;
};
static_assert(sonde::overlapped_transport<sonde::with_spool<overlapped>>);

transport_result answer(transport_outcome outcome, int status) {
    return {.outcome = outcome, .taken = 0, .problem = "deliver to", .cause = status};
}

// A dispatcher with all that it needs. Events are lines "a0\n", "a1\n" of a batch "a".
template <class Transport = keyed>
struct bench {
    explicit bench(std::string dir, sonde::batching chosen = {.retry_attempts = 3}, std::uint64_t max_bytes = 1 << 20)
        : plan(chosen), to(Transport(where, posts), {.dir = std::move(dir), .max_bytes = max_bytes}, 30s) {}

    place where;
    std::vector<post> posts;
    std::vector<std::string> told;
    sonde::counters counts;
    sonde::error_handler on_error{[this](sonde::exception const& error) { told.emplace_back(error.what()); }};
    sonde::batching plan;
    sonde::with_spool<Transport> to;
    sonde::dispatcher<sonde::with_spool<Transport>, stopped_clock> dispatch{to, counts, on_error, plan};
    std::uint64_t closed = 0;

    void add(std::string const& name, int events = 2, std::size_t more = 0) {
        auto* const fresh = new batch;
        for (int i = 0; i < events; ++i) { fresh->text += name + std::to_string(i) + std::string(more, ' ') + '\n'; }
        fresh->events = static_cast<std::uint64_t>(events);
        fresh->number = ++closed;
        fresh->key = {1, closed};
        counts.accepted.add(fresh->events);
        dispatch.add(fresh);
    }
    // 10,000 bytes and a little more.
    void add_large(std::string const& name) { add(name, 2, 5'000); }
    // What arrived, without what makes it large.
    std::string arrived() const {
        auto text = where.arrived;
        std::erase(text, ' ');
        return text;
    }
    // Until there is nothing more to do at this moment. The law at each step.
    void run() {
        for (std::size_t before = posts.size(), calm = 0; calm != 2; calm = before == posts.size() ? calm + 1 : 0) {
            before = posts.size();
            dispatch.advance();
            auto const seen = stats();
            REQUIRE(law(seen));
            REQUIRE(seen.queued == dispatch.events());
        }
    }
    // To the next thing to do. How long that is, in seconds.
    double wait() {
        auto const until = dispatch.due();
        auto const took = until - stopped_clock::moment;
        stopped_clock::moment = until;
        return std::chrono::duration<double>(took).count();
    }
    // What fails, until the batch is given up.
    void give_up() {
        where.answers.assign(where.answers.size() + 4, failed("connect", 111));
        for (int tries = 0; tries != 4; ++tries) {
            run();
            if (tries != 3) { wait(); }
        }
    }
    void fail_next(std::size_t times, transport_result how = failed("connect", 111)) {
        where.answers.resize(static_cast<std::size_t>(where.sent));
        where.answers.insert(where.answers.end(), times, how);
    }
    sonde::stats stats() const { return counts.read(); }
};

bool about(double seconds, double expected) { return seconds >= 0.79 * expected && seconds <= 1.21 * expected; }

}  // namespace

TEST_CASE("without a spool each batch has all its tries, and is then dropped") {
    bench<> it("");
    it.add("a");
    it.add("b");
    it.give_up();
    CHECK(it.stats().dropped.transport_failed == 2);
    CHECK(it.where.sent == 5);  // the next one is tried at once
    CHECK(it.stats().delivered == 2);
    CHECK(it.dispatch.due() == stopped_clock::time_point::max());
    CHECK_FALSE(it.dispatch.keeps());
    CHECK_FALSE(it.dispatch.pause());
    CHECK(it.stats().spooled == 0);
}

TEST_CASE("a receiver that asks to be left alone is, also by what comes behind a batch that had all its tries") {
    bench<> one("", {.retry_attempts = 0});
    auto busy = answer(transport_outcome::failed, 429);
    busy.retry_after_ms = 5'000;
    one.where.answers = {busy};
    one.add("a");
    one.add("b");
    one.run();
    CHECK(one.posts.size() == 1);
    CHECK(one.wait() == 5);
    one.run();
    CHECK(one.arrived() == "b0\nb1\n");
    CHECK(one.stats().dropped.transport_failed == 2);
}

TEST_CASE("a batch that goes in halves is no problem to tell of, an event that can't be halved is") {
    bench<> one("", {});
    auto const large = answer(transport_outcome::halve, 413);
    one.where.answers = {
        large, {}, large, {}};  // halves, the first arrives, the second is halved; one event of it arrives
    one.add("a", 4);
    one.run();
    CHECK(one.arrived() == "a0\na1\na2\na3\n");
    CHECK(one.told.empty());
    one.where.answers.resize(one.posts.size());
    one.where.answers.push_back(large);
    one.add("b", 1);
    one.run();
    CHECK(one.told.size() == 1);
    CHECK(one.stats().rejected == 1);
}

TEST_CASE("what is given up is spooled, and what comes then too, without a try") {
    folder const here;
    bench<> it(here / "spool");
    it.add("a");
    it.add("b", 3);
    it.give_up();
    CHECK(it.stats().spooled == 5);
    CHECK(it.stats().dropped == 0);
    CHECK(it.where.sent == 4);
    it.add("c");
    it.run();
    CHECK(it.where.sent == 4);
    CHECK(it.stats().spooled == 7);
    CHECK(it.dispatch.idle());
    CHECK(it.dispatch.is_quiet());
    CHECK(it.told == std::vector<std::string>{"connect 111"});
    CHECK(here.names() == std::vector<std::string>{"spool"});
}

TEST_CASE("while nothing answers, the oldest batch alone is tried, after 1, 2, 4 ... 32 seconds") {
    folder const here;
    bench<> it(here / "spool");
    it.add("a");
    it.give_up();
    it.add("b");
    for (double const expected : {1., 1., 2., 4., 8., 16., 32., 32., 32.}) {
        it.fail_next(1);
        it.run();
        CHECK(about(it.wait(), expected));
    }
    CHECK(it.where.sent == 4 + 8);
    CHECK(std::all_of(it.posts.begin(), it.posts.end(), [&](post const& each) { return each == it.posts.front(); }));
    CHECK(it.stats().spooled == 4);
}

TEST_CASE("when a try succeeds all follows at once, in order, under the keys of the first tries") {
    folder const here;
    bench<> it(here / "spool");
    it.add("a");
    it.give_up();
    for (auto const* name : {"b", "c", "d"}) { it.add(name); }
    it.run();
    it.wait();
    it.run();
    CHECK(it.where.arrived == "a0\na1\nb0\nb1\nc0\nc1\nd0\nd1\n");
    CHECK(it.posts.back().key == trace_id{1, 4});
    CHECK(it.posts[it.posts.size() - 4] == it.posts.front());
    CHECK(it.stats().delivered == 8);
    CHECK(it.stats().spooled == 0);
    CHECK(std::filesystem::is_empty(here / "spool"));
    it.add("e");
    it.run();
    CHECK(it.where.arrived.ends_with("e0\ne1\n"));
}

TEST_CASE("what comes while the spool is replayed goes behind it, in memory as far as that may") {
    folder const here;
    bench<> it(here / "spool", {.outbox_bytes = 80'000, .retry_attempts = 0});
    it.fail_next(1);
    it.add_large("a");
    it.add_large("b");
    it.run();
    CHECK(it.stats().spooled == 4);
    it.wait();
    it.dispatch.advance();  // one of them
    CHECK(it.arrived() == "a0\na1\n");
    it.add_large("c");
    CHECK(it.stats().spooled == 2);
    for (auto const* name : {"d", "e", "f", "g"}) { it.add_large(name); }
    CHECK(it.dispatch.bytes() > 40'000);
    it.dispatch.advance();
    CHECK(it.dispatch.bytes() == 0);
    it.run();
    CHECK(it.arrived() == "a0\na1\nb0\nb1\nc0\nc1\nd0\nd1\ne0\ne1\nf0\nf1\ng0\ng1\n");
    CHECK(it.stats().delivered == 14);
}

TEST_CASE("behind a batch that fails, what no longer has room in memory goes to the spool before its tries are over") {
    folder const here;
    bench<> it(here / "spool", {.outbox_bytes = 80'000, .retry_attempts = 3});
    it.fail_next(1);
    it.add_large("a");
    it.run();
    for (auto const* name : {"b", "c"}) { it.add_large(name); }
    it.run();
    CHECK(it.stats().spooled == 0);
    it.add_large("d");
    it.run();
    CHECK(it.stats().spooled == 8);
    CHECK(it.where.sent == 1);
    it.wait();
    it.run();
    CHECK(it.arrived() == "a0\na1\nb0\nb1\nc0\nc1\nd0\nd1\n");
}

TEST_CASE("a receiver that asks to be left alone is, also when somebody waits") {
    folder const here;
    bench<> it(here / "spool", {.retry_attempts = 0});
    auto busy = failed("deliver to", 503);
    busy.retry_after_ms = 100'000;
    it.fail_next(2, busy);
    it.add("a");
    it.run();
    it.dispatch.aim_at(1);
    it.run();
    CHECK(it.where.sent == 1);
    CHECK(it.dispatch.aim_reached());
    CHECK(it.wait() == 100);
    it.run();
    CHECK(it.where.sent == 2);
    it.dispatch.aim_at(1);
    CHECK(it.wait() == 100);
    it.run();
    CHECK(it.stats().delivered == 2);
}

TEST_CASE("when somebody waits, the receiver is asked at once, and what was there then is replayed") {
    folder const here;
    bench<> it(here / "spool", {.retry_attempts = 0});
    it.fail_next(2);
    it.add("a");
    it.add("b");
    it.run();
    it.dispatch.aim_at(2);
    CHECK_FALSE(it.dispatch.aim_reached());
    it.run();
    CHECK(it.where.sent == 2);
    CHECK(it.dispatch.aim_reached());  // it does not answer: nothing more to wait for
    it.dispatch.aim_at(2);
    it.dispatch.advance();
    CHECK_FALSE(it.dispatch.aim_reached());  // it does, and there is one more
    it.run();
    CHECK(it.dispatch.aim_reached());
    CHECK(it.stats().delivered == 4);
}

TEST_CASE("a poisoned event of the spool is rejected alone, and what is behind it arrives") {
    folder const here;
    bench<> it(here / "spool", {.retry_attempts = 0});
    it.fail_next(1);
    it.add("a", 4);
    it.add("b");
    it.run();
    it.wait();
    auto const too_much = answer(transport_outcome::halve, 400);
    it.where.answers.insert(it.where.answers.end(), {too_much, {.taken = 6}, too_much, too_much, {.taken = 3}});
    it.run();
    CHECK(it.where.arrived == "a0\na1\na3\nb0\nb1\n");
    CHECK(it.stats().delivered == 5);
    CHECK(it.stats().rejected == 1);
    CHECK(it.stats().spooled == 0);
    std::vector<trace_id> keys;
    for (auto const& each : it.posts) {
        if (std::find(keys.begin(), keys.end(), each.key) == keys.end()) { keys.push_back(each.key); }
    }
    CHECK(keys.size() == it.posts.size() - 1);  // only the first try of "a" shares its key, with the second
}

TEST_CASE("halves of the spool that are not settled are there after a crash, under the same keys") {
    folder const here;
    auto const too_much = answer(transport_outcome::halve, 413);
    auto first = std::make_unique<bench<>>(here / "spool", sonde::batching{.retry_attempts = 0});
    first->fail_next(1);
    first->add("a", 4);
    first->run();
    first->wait();
    first->where.answers.insert(first->where.answers.end(), {too_much, {.taken = 6}, failed("connect", 111)});
    first->run();
    CHECK(first->where.arrived == "a0\na1\n");
    CHECK(first->stats().delivered == 2);
    CHECK(first->stats().spooled == 2);
    auto const before = std::exchange(first->posts, {});
    first.reset();

    bench<> later(here / "spool");
    later.where.answers = {too_much};
    later.run();
    CHECK(later.where.arrived == "a0\na1\na2\na3\n");
    CHECK(later.stats().accepted == 4);
    REQUIRE(later.posts.size() == 3);
    CHECK(later.posts[1] == before[2]);
    CHECK(later.posts[2] == before[3]);
}

TEST_CASE("after a refusal all is spooled, and left to one that is not refused") {
    folder const here;
    bench<> refused(here / "spool");
    refused.where.answers = {answer(transport_outcome::refused, 401)};
    refused.add("a");
    refused.add("b");
    refused.run();
    refused.add("c");
    refused.run();
    refused.dispatch.aim_at(3);
    refused.run();
    CHECK(refused.dispatch.aim_reached());
    REQUIRE(refused.where.sent == 1);
    CHECK(refused.stats().spooled == 6);
    CHECK(refused.stats().rejected == 0);
    CHECK(refused.dispatch.due() == stopped_clock::time_point::max());
    refused.dispatch.leave();
    CHECK(refused.stats().spooled == 6);

    {
        bench<> also_refused(here / "spool");
        also_refused.where.answers = {answer(transport_outcome::refused, 403)};
        also_refused.run();
        CHECK(also_refused.where.sent == 1);
        CHECK(also_refused.stats().accepted == 6);
        CHECK(also_refused.stats().spooled == 6);
    }
    bench<> good(here / "spool");
    good.run();
    REQUIRE(good.where.arrived == "a0\na1\nb0\nb1\nc0\nc1\n");
    CHECK(good.posts.front() == refused.posts.front());
    CHECK(good.stats().accepted == 6);
    CHECK(good.stats().delivered == 6);
}

TEST_CASE("a folder that can't be used is told of once, and what would go there is counted as without it") {
    folder const here;
    sonde::tests::write(here / "file", "");
    bench<> it(here / "file", {.retry_attempts = 1});
    for (auto const* name : {"a", "b"}) {
        it.add(name);
        it.fail_next(2);
        it.run();
        it.wait();
        it.run();
    }
    CHECK(it.where.sent == 4);
    CHECK(it.stats().dropped.transport_failed == 4);
    CHECK(it.told == std::vector<std::string>{"connect 111",
                                              "sonde: cannot keep events in " + (here / "file") + ": Not a directory"});
    it.where.answers.push_back(answer(transport_outcome::refused, 401));
    it.add("c");
    it.run();
    CHECK(it.stats().rejected == 2);
    CHECK(it.told.size() == 3);
}

TEST_CASE("what others have left is looked for at once, and then now and again") {
    folder const here;
    auto const leave = [&](std::string const& name) {
        bench<> gone(here / "spool", {.retry_attempts = 0});
        gone.run();
        gone.fail_next(9);
        gone.add(name);
        gone.run();
        CHECK(gone.stats().spooled == 2);
    };
    leave("a");
    bench<> it(here / "spool");
    it.add("x");
    it.run();
    CHECK(it.where.arrived == "a0\na1\nx0\nx1\n");
    CHECK(it.stats().accepted == 4);
    CHECK(it.stats().delivered == 4);
    leave("b");
    it.run();
    CHECK(it.stats().accepted == 4);
    CHECK(it.wait() == 30);
    it.run();
    CHECK(it.where.arrived.ends_with("b0\nb1\n"));
    CHECK(it.stats().accepted == 6);
    CHECK(it.wait() == 30);
}

TEST_CASE("what of others can't be delivered counts as accepted and spooled") {
    folder const here;
    {
        bench<> gone(here / "spool", {.retry_attempts = 0});
        gone.fail_next(1);
        gone.add("a");
        gone.run();
    }
    bench<> it(here / "spool");
    it.fail_next(1);
    it.add("b");  // goes to the spool without a try
    it.run();
    CHECK(it.where.sent == 1);
    CHECK(it.stats().accepted == 4);
    CHECK(it.stats().spooled == 4);
    it.wait();
    it.run();
    CHECK(it.where.arrived == "a0\na1\nb0\nb1\n");
}

TEST_CASE("what has to make way on disk is dropped and counted") {
    folder const here;
    bench<> it(here / "spool", {.retry_attempts = 0}, 1000);
    it.fail_next(1);
    for (int i = 0; i < 100; ++i) { it.add(std::to_string(i)); }
    it.run();
    auto const seen = it.stats();
    CHECK(seen.dropped.spool_lost > 100);
    CHECK(seen.dropped == seen.dropped.spool_lost);
    CHECK(seen.spooled > 10);
    it.wait();
    it.run();
    CHECK(it.stats().delivered == seen.spooled);
    CHECK(it.where.arrived.ends_with("990\n991\n"));
    CHECK(it.stats().dropped.spool_lost == seen.dropped.spool_lost);
}

TEST_CASE("what somebody has removed is counted, and the service goes on") {
    folder const here;
    bench<> it(here / "spool", {.retry_attempts = 0});
    it.fail_next(1);
    it.add("a");
    it.run();
    std::filesystem::remove_all(here / "spool");
    it.wait();
    it.run();
    CHECK(it.stats().dropped.spool_lost == 2);
    CHECK(it.stats().spooled == 0);
    it.add("b");
    it.run();
    CHECK(it.where.arrived == "b0\nb1\n");
}

TEST_CASE("when there is no time all is kept, also what is in flight; it is sent again later, as the same batch") {
    folder const here;
    overlapped::cancelled = false;
    overlapped::answers = false;
    bench<overlapped> it(here / "spool");
    it.add("a");
    it.add("b");
    it.run();
    CHECK(it.dispatch.in_flight());
    CHECK(it.dispatch.pause());
    CHECK(overlapped::cancelled);
    it.run();
    CHECK_FALSE(it.dispatch.in_flight());
    CHECK(it.stats().spooled == 4);
    it.dispatch.resume();
    overlapped::answers = true;
    CHECK(about(it.wait(), 1));
    it.run();
    CHECK(it.where.arrived == "a0\na1\nb0\nb1\n");
    CHECK(it.posts.front().key == trace_id{1, 1});
    CHECK(it.stats().delivered == 4);
}

TEST_CASE("nothing overtakes a batch that is in flight when it fails") {
    folder const here;
    auto const before = GENERATE(0U, 1U);  // tries that have failed already
    overlapped::answers = before != 0;
    bench<overlapped> it(here / "spool", {.outbox_bytes = 60'000, .retry_attempts = before});
    it.add_large("a");
    it.fail_next(before);
    it.run();
    if (before != 0) { it.wait(); }
    overlapped::answers = false;
    it.run();
    REQUIRE(it.dispatch.in_flight());
    for (auto const* name : {"b", "c", "d"}) { it.add_large(name); }  // more than there is memory for
    it.run();
    CHECK(it.stats().spooled == 0);
    overlapped::answers = true;
    it.fail_next(1);
    it.run();
    CHECK(it.stats().spooled == 8);
    it.wait();
    it.run();
    CHECK(it.arrived() == "a0\na1\nb0\nb1\nc0\nc1\nd0\nd1\n");
}
