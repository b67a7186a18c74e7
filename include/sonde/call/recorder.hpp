// SPDX-License-Identifier: MIT
// What calls, spans and runs report to: an identity, a switch, and a sink; shared by a monitor and all it decorated.
#ifndef SONDE_CALL_RECORDER_HPP
#define SONDE_CALL_RECORDER_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/context/identity.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/fork.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/setting.hpp>
#include <sonde/sink/tally.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/time/tick_clock.hpp>

#include <atomic>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

namespace call_impl {
template <class Sink>
struct clock_of : std::type_identity<tick_clock> {};
template <class Sink>
    requires requires { typename Sink::clock; }
struct clock_of<Sink> : std::type_identity<typename Sink::clock> {};
}  // namespace call_impl

/// Decorated callables may outlive their monitor: what they need of it is here, and lives as long as any of them.
/// *Thread safety*: any.
template <class Sink>
class recorder {
public:
    using clock = typename call_impl::clock_of<Sink>::type;

    recorder(sonde::identity&& who, Sink&& sink) : identity_(std::move(who)), sink_(std::move(sink)) { prepare(); }
    template <class Options>
    recorder(sonde::identity&& who, std::in_place_t, Options&& options)
        : identity_(std::move(who)), sink_(static_cast<Options&&>(options)) {
        prepare();
    }
    recorder(sonde::identity&& who, std::in_place_t) : identity_(std::move(who)) { prepare(); }

    // Relaxed: a switch, which publishes nothing.
    [[nodiscard]] bool recording() const noexcept { return enabled_.load(std::memory_order_relaxed); }
    void record(bool whether) noexcept { enabled_.store(whether, std::memory_order_relaxed); }

    [[nodiscard]] sonde::identity const& identity() const noexcept { return identity_; }
    [[nodiscard]] Sink& sink() noexcept { return sink_; }
    [[nodiscard]] std::size_t max_value_bytes() const noexcept { return sonde::max_value_bytes(sink_); }

    /// Makes `event` say who reports it, and to which run it belongs.
    void sign(envelope& event, run_view run) const noexcept {
        event.agent_id = identity_.agent_id;
        event.run_id = run.id();
        event.session_id = run.session_id();
        event.user_id = run.user_id();
    }

    template <event Event>
    [[gnu::always_inline]] void deliver(Event const& event, envelope const& from) noexcept {
        tally_.consume(sink_, event, from);
    }

    /// Something went wrong within the library, or in a hook, that the caller must not hear of.
    void report(exception const& error) noexcept { tally_.report(sink_, error); }

    delivery_report flush(deadline until) noexcept { return tally_.flush(sink_, until); }
    delivery_report shutdown(deadline until) noexcept { return tally_.shutdown(sink_, until); }
    [[nodiscard]] sonde::stats stats() const noexcept { return tally_.stats(sink_); }

private:
    // Before the first call, which should not be the one to read the system's randomness from a file, or to choose a clock.
    static void prepare() noexcept {
        static_cast<void>(clock::now());
        watch_forks();
        static_cast<void>(context_impl::process_seed());
    }

    sonde::identity const identity_;
    std::atomic<bool> enabled_{setting{"enabled", "SONDE_ENABLED"}.flag({}, true)};
    tally<Sink> tally_;
    Sink sink_;
};

}  // namespace sonde

#endif
