// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/site.hpp>

#include <string_view>

namespace {

using plain = sonde::site<"plain">;
using full = sonde::site<"full", sonde::started, sonde::args<"a", "b">, sonde::model, sonde::no_input, sonde::critical,
                         sonde::redact<"x", "y">, sonde::channel<"C">, sonde::with_span, sonde::no_output,
                         sonde::event_type<"T">>;

constexpr bool facts() {
    return plain::name == "plain" && plain::kind == sonde::kind::function && plain::level == sonde::level::info &&
           plain::event_type == "function_call" && plain::channel == "FUNCTION" && plain::captures_input &&
           plain::captures_output && !plain::with_span && !plain::started && plain::named_arguments == 0 &&
           plain::argument<0> == "arg0" && plain::argument<10> == "arg10" && plain::argument<123> == "arg123" &&
           plain::facts.redacted_count == 0 && plain::facts.started_type.empty() && full::name == "full" &&
           full::kind == sonde::kind::model && full::level == sonde::level::critical && full::event_type == "T" &&
           full::channel == "C" && !full::captures_input && !full::captures_output && full::with_span &&
           full::started && full::named_arguments == 2 && full::argument<1> == "b" && full::argument<2> == "arg2" &&
           full::facts.redacted_count == 2 && full::facts.redacted[1] == "y" &&
           full::facts.started_type == "T_started" &&
           sonde::site<"s", sonde::tool, sonde::started>::facts.started_type == "tool_call_started";
}
static_assert(facts());

}  // namespace

TEST_CASE("options settle the facts of a site, in whatever order") { CHECK(facts()); }
