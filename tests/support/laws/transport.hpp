// SPDX-License-Identifier: MIT
// What holds for every transport.
#ifndef SONDE_TESTS_SUPPORT_LAWS_TRANSPORT_HPP
#define SONDE_TESTS_SUPPORT_LAWS_TRANSPORT_HPP

#include "support/catch.hpp"

#include <sonde/transport/concept.hpp>
#include <sonde/transport/transport_error.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace sonde::tests {

/// `make()` gives a transport; `arrived()` all bytes that came to its place.
template <class Make, class Arrived>
void delivers_by_law(Make&& make, Arrived&& arrived) {
    using type = std::remove_cvref_t<decltype(make())>;
    static_assert(transport<type>);
    auto first = make();
    CHECK(first.open().outcome == transport_outcome::delivered);
    CHECK(first.open().problem == nullptr);  // again does no harm

    auto const one = first.send("one\n");
    CHECK(one.outcome == transport_outcome::delivered);
    CHECK(one.taken == 4);
    CHECK(one.problem == nullptr);
    CHECK(arrived() == "one\n");  // before `send` returns

    auto second = std::move(first);
    CHECK(second.send("two\nthree\n").taken == 10);
    std::string const large = std::string(200'000, 'x') + '\n';
    CHECK(second.send(large).taken == large.size());
    CHECK(second.send("").outcome == transport_outcome::delivered);
    CHECK((arrived() == "one\ntwo\nthree\n" + large));
}

/// `transport` cannot deliver.
template <class Transport>
void fails_by_law(Transport& transport) {
    auto const before = transport.open();
    for (int i = 0; i < 3; ++i) {
        auto const result = transport.send("lost\n");
        CHECK(result.outcome == transport_outcome::failed);
        CHECK(result.taken == 0);
        REQUIRE(result.problem != nullptr);
        CHECK(result.cause != 0);
        if (before.problem != nullptr) { CHECK(result.same_problem(before)); }
        int told = 0;
        transport.explain(result, [&](exception const& error) {
            ++told;
            CHECK_THAT(error.what(), contains_text("sonde: cannot "));
            CHECK_THAT(error.what(), contains_text(result.problem));
        });
        CHECK(told == 1);
    }
}

}  // namespace sonde::tests

#endif
