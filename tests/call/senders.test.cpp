// SPDX-License-Identifier: MIT
// Which senders are watched where neither the standard's nor those of stdexec are there: those that somebody declares.
#include "support/catch.hpp"
#include "support/senders.hpp"
#include "support/watched.hpp"

#include <sonde/call/senders.hpp>
#include <sonde/call/watched_sender.hpp>
#include <sonde/sonde.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace own {

namespace ex = sonde::tests::senders;

// Another library's, with a tag of its own that is the standard's as well.
struct tag : ex::sender_t {};
struct one : ex::just_sender<ex::set_value_t, int> {
    using sender_concept = tag;
};

int uses = 0;
struct names {
    using sender_concept = tag;
    struct counting_connect {
        template <class Sender, class Receiver>
        auto operator()(Sender&& sender, Receiver&& receiver) const
            -> ex::connect_result_t<Sender, std::remove_cvref_t<Receiver>> {
            ++uses;
            return ex::connect(std::forward<Sender>(sender), std::forward<Receiver>(receiver));
        }
    };
    static constexpr counting_connect connect{};
    static constexpr auto start = ex::start;
    static constexpr auto get_env = ex::get_env;
    static constexpr auto set_value = ex::set_value;
    static constexpr auto set_error = ex::set_error;
    static constexpr auto set_stopped = ex::set_stopped;
    template <class Sender>
    using signatures = ex::completion_signatures_of_t<Sender>;
    template <class Sender, class Env>
    using signatures_in = ex::completion_signatures_of_t<Sender, Env>;
};
names sonde_senders(tag const*);

// Derived from that.
struct finer_tag : tag {};
struct finer : one {
    using sender_concept = finer_tag;
};

struct fixed : one {
    fixed() = default;
    fixed(fixed const&) = delete;
};

struct receiver {
    using receiver_concept = ex::receiver_t;
    int* got;
    void set_value(int value) noexcept { *got = value; }
};

}  // namespace own

namespace {

using sonde::call_impl::watchable_sender;

TEST_CASE("which senders are watched") {
#if !defined(__cpp_lib_senders)
    STATIC_REQUIRE_FALSE(sonde::has_senders);
#endif
    STATIC_REQUIRE_FALSE(watchable_sender<int>);
    STATIC_REQUIRE_FALSE(watchable_sender<decltype(own::ex::just(1))>);  // nobody declared those
    STATIC_REQUIRE(watchable_sender<own::one>);
    STATIC_REQUIRE(watchable_sender<own::one&>);
    STATIC_REQUIRE(watchable_sender<own::one const&>);
    STATIC_REQUIRE(watchable_sender<own::finer>);
    STATIC_REQUIRE_FALSE(watchable_sender<own::fixed&>);
    STATIC_REQUIRE(std::same_as<sonde::call_impl::senders_of<own::finer const&>, own::names>);
}

TEST_CASE("a sender is used by the names that were declared for it") {
    auto mon = sonde::tests::watched();
    auto make = sonde::monitored<"make">(mon, [] { return sonde::watch(own::one{{{3}}}); });
    STATIC_REQUIRE(std::same_as<decltype(make())::sender_concept, own::tag>);
    int got = 0;
    own::uses = 0;
    auto operation = make().connect(own::receiver{&got});
    CHECK(own::uses == 1);
    own::ex::start(operation);
    CHECK(got == 3);
    CHECK(sonde::tests::last_event(mon)["output_data"] == sonde::tests::json{{"value", 3}});
}

}  // namespace
