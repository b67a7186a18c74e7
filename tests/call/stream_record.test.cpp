// SPDX-License-Identifier: MIT
// Streamed output: counted, timed, and put together.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/meta/type_name.hpp>
#include <sonde/meta/utf8.hpp>
#include <sonde/sonde.hpp>
#include <sonde/testing/manual_clock.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

std::atomic<bool> refuses{false};  // memory, to those who can do without
std::atomic<int> asked{0};         // by them

}  // namespace

// As the library asks for a stream's state. Not inlined: g++ would see a mismatch with the delete of the standard library.
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    ++asked;
    return refuses ? nullptr : std::malloc(size);
}
[[gnu::noinline]] void* operator new(std::size_t size) { return std::malloc(size != 0 ? size : 1); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace sonde::literals;
using namespace std::chrono_literals;
using sonde::tests::json;

struct timed_sink : sonde::memory_sink {
    using sonde::memory_sink::memory_sink;
    using clock = sonde::manual_clock;
};
using monitor = sonde::monitor<timed_sink>;

void pass(std::chrono::nanoseconds time) { sonde::manual_clock::advance(time); }

json last(monitor& mon) { return json::parse(mon.sink().lines().back()); }

// What a span's event says after `stream(span)`, under a bound of `most` bytes.
template <class... Options, class Stream>
json event_of(Stream&& stream, std::size_t most = 65'536) {
    monitor mon{{.agent_id = "tests"}, {.max_value_bytes = most}};
    {
        auto span = mon.span<"stream", Options...>();
        stream(span);
    }
    auto by_hand = last(mon);
    sonde::monitored<"stream", sonde::with_span, Options...>(mon, [&](auto& span) { stream(span); })();
    auto const called = last(mon);
    CHECK(by_hand["output_data"] == called["output_data"]);
    CHECK(by_hand["metadata"] == called["metadata"]);
    return by_hand;
}

template <class... Chunks>
json output_of(Chunks const&... chunks) {
    return event_of([&](auto& span) { (span.chunk(chunks), ...); })["output_data"];
}

}  // namespace

TEST_CASE("chunks of text are counted, timed from the span's start, and put together") {
    auto const event = event_of([](auto& span) {
        pass(5ns);
        span.chunk("Once ");
        pass(20ns);
        span.chunk(std::string("upon "));
        span.chunk(std::string_view("a "));
        pass(300ns);
        span.chunk("time");
        pass(1s);
    });
    CHECK(event["metadata"] == json{{"chunk_count", 4}, {"time_to_first_chunk_ns", 5}, {"time_to_last_chunk_ns", 325}});
    CHECK(event["output_data"] == json{{"text", "Once upon a time"}});
    CHECK(event["duration_ns"] == 1'000'000'325);
    CHECK(event["status"] == "success");
}

TEST_CASE("a span without chunks says nothing of them") {
    auto const event = event_of([](auto& span) { span.output("kept"_f = 1); });
    CHECK(event["metadata"] == json::object());
    CHECK(event["output_data"] == json{{"kept", 1}});
}

TEST_CASE("chunks that are no text are items, and so are all beside them") {
    CHECK(output_of(1, 2.5, true) == json{{"items", {1, 2.5, true}}});
    CHECK(output_of(std::vector<int>{1, 2}, std::make_unique<int>(3)) == json{{"items", {{1, 2}, 3}}});
    CHECK(output_of("a", "", "bc", 7, "d") == json{{"items", {"a", "bc", 7, "d"}}});
    CHECK(output_of(1, "", "b") == json{{"items", {1, "", "b"}}});
    CHECK(output_of("") == json{{"text", ""}});
}

TEST_CASE("text is what is safe to read as such") {
    char const padded[8] = {'a', 'b', '\0', 'x'};
    char const open[2] = {'c', 'd'};
    char const* const none = nullptr;
    CHECK(output_of(padded, open, none, "e") == json{{"text", "abcde"}});
    char to_write[2] = {'x', 'y'};
    char* const buffer = to_write;
    CHECK(output_of(buffer) == json{{"items", {{{"type", sonde::meta::type_name<char*>()}}}}});
}

TEST_CASE("long pieces, and many, are put together in order") {
    std::string whole;
    auto const event = event_of([&](auto& span) {
        whole.clear();
        for (std::size_t i = 0; i < 400; ++i) {
            std::string const piece(i % 200 + (i == 300 ? 20'000 : 0), static_cast<char>('a' + i % 26));
            span.chunk(piece);
            whole += piece;
        }
    });
    CHECK((event["output_data"] == json{{"text", whole}}));
    CHECK(event["metadata"]["chunk_count"] == 400);
}

TEST_CASE("text over the bound keeps its head, cut between characters though chunks split them") {
    auto const cut = [](std::size_t most, auto const&... chunks) {
        return event_of([&](auto& span) { (span.chunk(chunks), ...); }, most)["output_data"]["text"];
    };
    auto const mark = [](std::size_t bytes, std::string const& head) {
        return json{{"truncated", true}, {"bytes", bytes}, {"head", head}};
    };
    CHECK(cut(16, "0123456789", "abcdef") == "0123456789abcdef");
    CHECK(cut(16, "0123456789", "abcdefg", "hij") == mark(20, "0123456789abcdef"));
    CHECK(cut(16, "0123456789", "abcde\xC3", "\xA9") == mark(17, "0123456789abcde"));       // é
    CHECK(cut(16, "0123456789abc\xF0\x9F", "\x98\x80", "!") == mark(18, "0123456789abc"));  // 😀, at byte 13
    CHECK(cut(16, "0123456789ab\xF0\x9F", "\x98\x80", "!") == mark(17, "0123456789ab\xF0\x9F\x98\x80"));
    CHECK(cut(16, "0123456789abc\xE2", "\x82\xAC", "!") == mark(17, "0123456789abc\xE2\x82\xAC"));  // €
    CHECK(cut(16, std::string(100, 'x')) == mark(100, std::string(16, 'x')));
}

TEST_CASE("however a text is split, its head is that of the whole") {
    std::string const text =
        "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 plain \xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA9z\xF0\x9F\x98\x80";
    for (std::size_t most = 16; most <= text.size(); ++most) {
        for (std::size_t step = 1; step <= 7; ++step) {
            monitor mon{{.agent_id = "tests"}, {.max_value_bytes = most}};
            {
                auto span = mon.span<"s">();
                for (std::size_t at = 0; at < text.size(); at += step) { span.chunk(text.substr(at, step)); }
            }
            auto const seen = last(mon)["output_data"]["text"];
            if (most == text.size()) {
                CHECK(seen == text);
            } else {
                CHECK(seen["head"] == std::string(sonde::meta::utf8_head(text, most)));
                CHECK(seen["bytes"] == text.size());
            }
        }
    }
}

TEST_CASE("items over the bound are measured as any array is") {
    std::vector<int> const numbers(1000, 1);
    auto const event = event_of(
        [&](auto& span) {
            for (auto const number : numbers) { span.chunk(number); }
        },
        64);
    auto const& items = event["output_data"]["items"];
    CHECK(items["truncated"] == true);
    CHECK(items["bytes"] == json(numbers).dump().size());
    CHECK(items["head"] == json(numbers).dump().substr(0, 64));
    CHECK(event["metadata"]["chunk_count"] == 1000);
    // Text that was over it before the first item.
    auto const mixed = event_of([](auto& span) { span.chunk(std::string(500, 'x')), span.chunk(1); }, 64);
    CHECK(mixed["output_data"]["items"]["truncated"] == true);
    CHECK(mixed["output_data"]["items"]["bytes"] == json{std::string(500, 'x'), 1}.dump().size());
}

TEST_CASE("of chunks and an output by hand the last counts") {
    CHECK(event_of([](auto& span) { span.chunk("a"), span.output("own"_f = 1); })["output_data"] == json{{"own", 1}});
    CHECK(event_of([](auto& span) { span.chunk("a"), span.output(2); })["output_data"] == json{{"value", 2}});
    CHECK(event_of([](auto& span) { span.output("own"_f = 1), span.chunk("a"); })["output_data"] ==
          json{{"text", "a"}});
    auto const both = event_of([](auto& span) {
        span.input("in"_f = 1), span.set("kept"_f = 2), span.output(std::vector<int>{1});
        span.chunk("a"), span.output("own"_f = 1), span.chunk("b");
    });
    CHECK(both["output_data"] == json{{"text", "ab"}});
    CHECK(both["input_data"] == json{{"in", 1}});
    CHECK(both["metadata"]["kept"] == 2);
    CHECK(both["metadata"]["chunk_count"] == 2);
}

TEST_CASE("what a call returns does not hide what it streamed") {
    monitor mon{{.agent_id = "tests"}};
    auto ask = sonde::monitored<"ask", sonde::with_span>(mon, [](auto& span) {
        span.chunk("a"), span.chunk("b");
        return std::string("ab");
    });
    CHECK(ask() == "ab");
    CHECK(last(mon)["output_data"] == json{{"text", "ab"}});
}

TEST_CASE("what the site leaves out or redacts is not there, and counted all the same") {
    auto const stream = [](auto& span) { span.chunk("secret"), span.chunk("s"); };
    auto const before = asked.load();
    auto event = event_of<sonde::no_output>(stream);
    CHECK(asked == before);
    CHECK(event["output_data"] == json::object());
    CHECK(event["metadata"]["chunk_count"] == 2);
    event = event_of<sonde::redact<"Text">>(stream);
    CHECK(event["output_data"] == json{{"text", "[REDACTED]"}});
    CHECK(event["metadata"]["chunk_count"] == 2);
    auto const mix = [](auto& span) { span.chunk("secret"), span.chunk(1), span.chunk("s"); };
    CHECK(event_of<sonde::redact<"items">>(mix)["output_data"] == json{{"items", "[REDACTED]"}});
    CHECK(event_of<sonde::redact<"text">>(mix)["output_data"] == json{{"items", {"[REDACTED]", 1, "[REDACTED]"}}});
    auto const later = [](auto& span) { span.chunk("se"), span.chunk("cret"), span.chunk(1); };
    CHECK(event_of<sonde::redact<"text">>(later)["output_data"] == json{{"items", {"[REDACTED]", 1}}});
    auto const objects = [](auto& span) { span.chunk(std::map<std::string, int>{{"key", 1}, {"other", 2}}); };
    CHECK(event_of<sonde::redact<"key">>(objects)["output_data"] ==
          json{{"items", {{{"key", "[REDACTED]"}, {"other", 2}}}}});
}

TEST_CASE("a failure keeps what was streamed before it") {
    auto const event = event_of([](auto& span) { span.chunk("half a sen"), span.fail("connection lost"); });
    CHECK(event["status"] == "error");
    CHECK(event["output_data"] == json{{"text", "half a sen"}});
}

TEST_CASE("where memory is refused the text is lost and the counts are not") {
    auto const lost = event_of([](auto& span) {
        refuses = true;
        span.chunk("abc");
        refuses = false;
        pass(7ns);
        span.chunk("de");
    });
    CHECK(lost["metadata"]["chunk_count"] == 2);
    CHECK(lost["metadata"]["time_to_last_chunk_ns"] == 7);
    CHECK(lost["output_data"] == json{{"text", {{"truncated", true}, {"bytes", 5}, {"head", ""}}}});
    auto const items = event_of([](auto& span) {
        refuses = true;
        span.chunk(1);
        refuses = false;
    });
    CHECK(items["metadata"]["chunk_count"] == 1);
    CHECK(items["output_data"] == json::object());
}

TEST_CASE("a span moved into a callback streams and ends on another thread") {
    monitor mon{{.agent_id = "tests"}};
    {
        auto span = mon.span<"ask", sonde::model>("prompt"_f = "p");
        span.chunk("from here, ");
        auto finish = [&mon, span = std::move(span)](std::string_view text) mutable {
            pass(9ns);
            span.chunk(text);
            span.finish();
            span.chunk("too late");
            CHECK(mon.sink().size() == 1);
        };
        std::thread([finish = std::move(finish)]() mutable { finish("and there"); }).join();
        CHECK_FALSE(sonde::current_span());
    }
    CHECK(mon.sink().size() == 1);
    CHECK(last(mon)["output_data"] == json{{"text", "from here, and there"}});
    CHECK(last(mon)["metadata"]["chunk_count"] == 2);
    CHECK(last(mon)["metadata"]["time_to_last_chunk_ns"] == 9);
}

TEST_CASE("two threads may stream into a span by hand") {
    monitor mon{{.agent_id = "tests"}};
    {
        auto span = mon.span<"ask">();
        auto const stream = [&span] {
            for (int i = 0; i < 200; ++i) { span.chunk("x"); }
        };
        std::thread other(stream);
        stream();
        other.join();
    }
    CHECK(last(mon)["metadata"]["chunk_count"] == 400);
    CHECK(last(mon)["output_data"]["text"] == std::string(400, 'x'));
}

TEST_CASE("runs, and spans that nobody records, take chunks too") {
    monitor mon{{.agent_id = "tests"}};
    {
        auto run = mon.run("r");
        run.chunk("a");
        sonde::current_span().chunk("b");
    }
    CHECK(last(mon)["output_data"] == json{{"text", "ab"}});
    sonde::current_span().chunk("nowhere");
    sonde::monitor<sonde::null_sink> off{{.agent_id = "tests"}};
    auto span = off.span<"s">();
    span.chunk("a"), span.chunk(1);
    sonde::monitored<"f", sonde::with_span>(off, [](auto& own) { own.chunk("a"); })();
    sonde::monitored<"f", sonde::with_span>(off, [](sonde::span_handle& own) { own.chunk("a"); })();
    mon.enabled(false);
    sonde::monitored<"f", sonde::with_span>(mon, [](auto& own) { own.chunk("a"); })();
    CHECK(mon.sink().size() == 2);
}
