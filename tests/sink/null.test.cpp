// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/laws/sink.hpp"

#include <sonde/sink/console.hpp>
#include <sonde/sink/file.hpp>
#include <sonde/sink/memory.hpp>
#include <sonde/sink/null.hpp>

#include <string>
#include <type_traits>

using sonde::null_sink;

TEST_CASE("null_sink obeys the laws of sinks") {
    sonde::tests::obeys_sink_laws([] { return null_sink(); });
}

TEST_CASE("null_sink is nothing") {
    CHECK(std::is_empty_v<null_sink>);
    CHECK_FALSE(sonde::sink_enabled<null_sink>);
    constexpr auto consumes = [] {
        null_sink const sink;
        sink.consume(sonde::tests::stock_low{});
        return true;
    };
    static_assert(consumes());
}

TEST_CASE("null_sink takes any other sink's options") {
    [[maybe_unused]] null_sink const from_options{sonde::file_sink::options{.path = "not made"}};
    [[maybe_unused]] null_sink const from_many{1, "two", sonde::memory_sink::options{}};
}

TEST_CASE("with null_sink in its place, a line that gives options stays as it is") {
    // Every option of every sink, in its order.
    using sink = null_sink;
    [[maybe_unused]] sink const file{sink::options{.path = std::string("x"),
                                                   .max_file_bytes = 1,
                                                   .max_files = 2,
                                                   .max_value_bytes = 3,
                                                   .on_error = [](sonde::exception const&) {}}};
    [[maybe_unused]] sink const console{
        sink::options{.stream = stdout, .colour = sonde::colouring::never, .max_value_bytes = 3, .on_error = nullptr}};
    [[maybe_unused]] sonde::file_options const real_file{.path = std::string("x"),
                                                         .max_file_bytes = 1,
                                                         .max_files = 2,
                                                         .max_value_bytes = 3,
                                                         .on_error = [](sonde::exception const&) {}};
    [[maybe_unused]] sonde::console_options const real_console{
        .stream = stdout, .colour = sonde::colouring::never, .max_value_bytes = 3, .on_error = {}};
}
