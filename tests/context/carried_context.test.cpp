// SPDX-License-Identifier: MIT
// Work that goes on elsewhere finds the spans opened by hand open that it had, until they end.
#include "support/catch.hpp"
#include "support/watched.hpp"

#include <sonde/context/carried_context.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace sonde::literals;
using sonde::carried_context;
using sonde::tests::events;
using sonde::tests::last_event;
using sonde::tests::watched;

using span = sonde::open_span<sonde::memory_sink>;

sonde::span_id here() { return sonde::current_context().span_id(); }
static_assert(sizeof(void*) != 8 || sizeof(carried_context) == 48);  // as the page on Asio says

auto id(span const& of) { return of.context().span_id(); }

}  // namespace

TEST_CASE("a carried context is this thread's, on another") {
    auto mon = watched();
    auto run = mon.run("run");
    auto const of_run = here();
    std::optional<span> outer(mon.span<"outer">()), inner(mon.span<"inner">());
    auto const of_outer = id(*outer), of_inner = id(*inner);
    auto const carried = carried_context::current();
    CHECK(carried.innermost().span_id() == of_inner);
    std::thread([&] {
        auto own = mon.span<"own">();
        carried.run([&] {
            CHECK(here() == of_inner);
            CHECK(sonde::current_run().id() == run.id());
            sonde::current_span().set("from"_f = "elsewhere");
            inner.reset();
            CHECK(here() == of_outer);
            auto within = mon.span<"within">();
            carried_context::current().run([&] {
                CHECK(here() == id(within));
                within.finish();
                CHECK(here() == of_outer);
                outer.reset();
                CHECK(here() == of_run);
            });
            CHECK(here() == of_run);
        });
        CHECK(here() == id(own));
    }).join();
    CHECK(here() == of_run);
    CHECK(events(mon)[1]["metadata"]["from"] == "elsewhere");
    carried.run([&] { CHECK(here() == of_inner); });  // has ended: stays the parent
}

TEST_CASE("a span that another thread ends remains the parent") {
    auto mon = watched();
    std::optional<span> outer(mon.span<"outer">()), inner(mon.span<"inner">());
    auto const of_outer = id(*outer), of_inner = id(*inner);
    auto const carried = carried_context::current();
    std::thread([&] {
        carried.run([&] {
            std::thread([&] { inner.reset(); }).join();
            CHECK(here() == of_inner);
        });
        carried.run([&] { CHECK(here() == of_inner); });
    }).join();
    CHECK(here() == of_outer);
    auto const again = carried_context::current();
    auto last = mon.span<"last">();
    auto const with_last = carried_context::current();
    outer.reset();
    with_last.run([&] {
        CHECK(here() == id(last));
        last.finish();
        CHECK(!sonde::current_context());
    });
    again.run([&] { CHECK(here() == of_outer); });
}

TEST_CASE("in a call it is the call's, and without any it hides the thread's") {
    auto mon = watched();
    carried_context in_call, none = carried_context::current();
    sonde::span_id of_call;
    auto span = mon.span<"around">();
    sonde::monitored<"call">(mon, [&] {
        of_call = here();
        in_call = carried_context::current();
    })();
    in_call.run([&] { CHECK(here() == of_call); });
    none.run([] { CHECK(!sonde::current_context()); });
    carried_context().run([] { CHECK(!sonde::current_context()); });
    CHECK(here() == id(span));
}

TEST_CASE("what is opened within and left open is let go, and an exception goes through") {
    auto mon = watched();
    auto outer = mon.span<"outer">();
    auto const carried = carried_context::current();
    std::vector<span> left;
    CHECK_THROWS_AS(carried.run([&] {
        left.push_back(mon.span<"left">());
        CHECK(here() == id(left.back()));
        throw std::runtime_error("over");
    }),
                    std::runtime_error);
    CHECK(here() == id(outer));
    left.clear();
    CHECK(last_event(mon)["parent_span_id"] == std::string(sonde::to_text(id(outer)).view()));
}

TEST_CASE("a failure within is told to the span that it stands for") {
    auto mon = watched();
    auto fails = sonde::monitored<"fails">(mon, [] { throw std::runtime_error("why"); });
    try {
        auto span = mon.span<"span">();
        carried_context::current().run(fails);
    } catch (std::runtime_error const&) {}
    CHECK(last_event(mon)["error_message"].get<std::string>().find("why") != std::string::npos);
}

TEST_CASE("of many spans the innermost eight end, and all go when nobody refers to them") {
    auto mon = watched();
    std::vector<span> spans;
    std::vector<sonde::span_id> ids;
    for (int n = 0; n < 10; ++n) {
        spans.push_back(mon.span<"span">());
        ids.push_back(here());
    }
    auto const carried = carried_context::current();
    carried.run([&] {
        for (int n = 9; n > 1; --n) {
            CHECK(here() == ids[static_cast<std::size_t>(n)]);
            spans.pop_back();
        }
        CHECK(here() == ids[1]);
        spans.pop_back();
        CHECK(here() == ids[1]);
    });
    CHECK(here() == ids[0]);
}
