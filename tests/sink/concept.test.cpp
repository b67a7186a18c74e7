// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/concept.hpp>

#include <atomic>
#include <utility>

namespace {

// The smallest sink there is.
struct minimal {
    void consume(sonde::event auto const&) noexcept {}
};
struct with_envelope {
    void consume(sonde::event auto const&, sonde::envelope const&) noexcept {}
};
// Overloaded on event types.
struct selective {
    int calls = 0, others = 0;
    void consume(sonde::call_finished const&) noexcept { ++calls; }
    void consume(sonde::event auto const&) noexcept { ++others; }
};
// One of each form.
struct mixed {
    int with = 0, without = 0;
    void consume(sonde::call_finished const&, sonde::envelope const&) noexcept { ++with; }
    void consume(sonde::event auto const&) noexcept { ++without; }
};
struct final_one final {
    void consume(auto const&) noexcept {}
};

struct nothing {};
struct may_throw {
    void consume(sonde::event auto const&) {}
};
struct throws_for_some {
    void consume(sonde::event auto const&) noexcept {}
    void consume(sonde::run_finished const&) {}
};
struct calls_only {
    void consume(sonde::call_finished const&) noexcept {}
};
struct library_only {
    void consume(sonde::library_event auto const&) noexcept {}
};
struct not_public {
private:
    [[maybe_unused]] void consume(sonde::event auto const&) noexcept {}
};

static_assert(sonde::sink<minimal>);
static_assert(sonde::sink<with_envelope>);
static_assert(sonde::sink<selective>);
static_assert(sonde::sink<mixed>);
static_assert(sonde::sink<final_one>);
static_assert(!sonde::sink<nothing>);
static_assert(!sonde::sink<int>);
static_assert(!sonde::sink<may_throw>);
static_assert(!sonde::sink<throws_for_some>);
static_assert(!sonde::sink<calls_only>);
static_assert(!sonde::sink<library_only>);
static_assert(!sonde::sink<not_public>);

}  // namespace

TEST_CASE("the smallest sink obeys the laws") {
    sonde::tests::obeys_sink_laws([] { return minimal(); });
    sonde::tests::obeys_sink_laws([] { return with_envelope(); });
}

TEST_CASE("each event goes to the overload for its type") {
    selective sink;
    CHECK(sonde::tests::consume_one_of_each(sink) == 7);
    CHECK(sink.calls == 1);
    CHECK(sink.others == 6);

    mixed both;
    sonde::tests::consume_one_of_each(both);
    CHECK(both.with == 1);
    CHECK(both.without == 6);
}
