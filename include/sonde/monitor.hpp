// SPDX-License-Identifier: MIT
// The monitor: what decorated functions report to; runs, spans and events by hand.
#ifndef SONDE_MONITOR_HPP
#define SONDE_MONITOR_HPP

#include <sonde/async/asio_awaitable.hpp>
#include <sonde/async/propagating.hpp>
#include <sonde/call/async_body.hpp>
#include <sonde/call/async_frame.hpp>
#include <sonde/call/call_frame.hpp>
#include <sonde/call/describe.hpp>
#include <sonde/call/hand_span.hpp>
#include <sonde/call/inline_awaited.hpp>
#include <sonde/call/recorder.hpp>
#include <sonde/call/run_counts.hpp>
#include <sonde/call/site_facts.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/call/stream_body.hpp>
#include <sonde/call/watch.hpp>
#include <sonde/call/watched_frame.hpp>
#include <sonde/context/id_source.hpp>
#include <sonde/context/identity.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/capture_field.hpp>
#include <sonde/event/capture_limits.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/fields_emitted.hpp>
#include <sonde/event/named.hpp>
#include <sonde/event/value_buffer.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/monitor_off.hpp>
#include <sonde/options.hpp>
#include <sonde/refusals.hpp>
#include <sonde/sink/abilities.hpp>
#include <sonde/sink/concept.hpp>
#include <sonde/sink/null.hpp>
#include <sonde/sink/setting.hpp>
#include <sonde/site.hpp>
#include <sonde/time/deadline.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

namespace monitor_impl {

// The fields of an event emitted by hand, gathered into the sections they belong to.
struct gathered {
    site_facts const& site;
    capture_limits limits;
    value_buffer values = {};
    std::optional<double> cost_usd = {};

    template <class Named>
    void add(section in, Named const& field) noexcept {
        if (leaves_out(site, in)) { return; }
        capture_field(values, in, Named::name.view(), false, limits, field.value);
    }
    template <fixed_string Name, class Value>
    void add(named<Name, Value> const& field) noexcept {
        add(section::input, field);
    }
    template <class... Named>
    void add(output_fields<Named...> const& group) noexcept {
        std::apply([&](auto const&... fields) { (add(section::output, fields), ...); }, group.fields);
    }
    template <class... Named>
    void add(metadata_fields<Named...> const& group) noexcept {
        std::apply([&](auto const&... fields) { (add(section::metadata, fields), ...); }, group.fields);
    }
    void add(cost_field cost) noexcept { cost_usd = cost.usd; }

    [[nodiscard]] fields in(section which) const noexcept { return {values.data(), values.size(), which}; }
};

// Who is not named may be in the environment.
inline identity checked(identity&& who) {
    who.agent_id = setting{"agent_id", "SONDE_AGENT_ID"}.text(std::move(who.agent_id), {});
    if (who.agent_id.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
        raise(config_error("agent_id", who.agent_id, "a text that is not blank"));
    }
    return std::move(who);
}

template <class Event>
constexpr bool check_event() {
    if constexpr (!sonde::event<Event>) {
        static_assert(
            meta::never<Event>,
            "sonde: an argument of emit is not an event: its type is no hana::Struct. Give it sonde_members, "
            "or adapt it with BOOST_HANA_ADAPT_STRUCT, or name fields: mon.emit<\"name\">(\"field\"_f = value). "
            "See docs/errors.md#event");
        return false;
    } else if constexpr (lists_members<Event>) {
        return event_impl::check_members<Event>();
    } else {
        return true;
    }
}

template <class Sink>
concept refused = !switched_off<Sink> && !sink<Sink>;

}  // namespace monitor_impl

/// What decorated functions report to: an identity, a sink, and a switch. What it decorated may outlive it: it then runs
/// undisturbed, and each call counts as one dropped event.
/// Without an `agent_id`, `SONDE_AGENT_ID` in the environment is it; `SONDE_ENABLED=0` there begins with the switch off.
/// *Errors*: constructing throws `config_error` for a blank `agent_id`, and for options out of their bounds.
/// *Thread safety*: every member from any thread, except construction and destruction.
/// *Example*: docs/examples/first_call.cpp
template <class Sink>
class monitor : refusal_impl::monitor_members {
    static_assert(sink_parts<Sink>::check_parts());
    using recorder = sonde::recorder<Sink>;

public:
    using options = sink_options<Sink>;

    explicit(false) monitor(identity who)
        requires std::is_constructible_v<Sink, options> || std::is_default_constructible_v<Sink>
        : recorder_(make(std::move(who))) {}
    /// The sink is made from `given`.
    monitor(identity who, options given)
        requires std::is_constructible_v<Sink, options>
        : recorder_(shared<recorder>::make(monitor_impl::checked(std::move(who)), std::in_place, std::move(given))) {}
    /// The sink is `to`, moved in.
    monitor(identity who, Sink to)
        requires std::is_move_constructible_v<Sink>
        : recorder_(shared<recorder>::make(monitor_impl::checked(std::move(who)), std::move(to))) {}
    template <class None = void>
    monitor() {
        static_assert(meta::never<None>,
                      "sonde: what this monitor is made from is not an identity: it is nothing. "
                      "Write {{.agent_id = \"order-bot\"}} there. See docs/errors.md#monitor-identity");
    }
    template <class Given>
        requires(!std::is_convertible_v<Given const&, options> && !std::is_convertible_v<Given const&, Sink>)
    monitor(identity const&, Given const&) {
        static_assert(
            meta::never<Given>,
            "sonde: the second argument of this monitor is not its sink's options: it is neither those nor a sink of "
            "the monitor's type. Pass Sink::options{...}, or the sink. See docs/errors.md#monitor-options");
    }
    template <class Who, class... Given>
        requires(!std::is_convertible_v<Who const&, identity> && !std::is_base_of_v<monitor, Who>)
    explicit monitor(Who const&, Given const&...) {
        static_assert(meta::never<Who>,
                      "sonde: the first argument of this monitor is not an identity: it has another type. "
                      "Write {.agent_id = \"order-bot\"} there. See docs/errors.md#monitor-identity");
    }
    monitor(monitor const&) = delete;  // a monitor has an identity: pass it by reference
    monitor& operator=(monitor const&) = delete;
    ~monitor() { shutdown(); }

    [[nodiscard]] Sink& sink() noexcept { return recorder_->sink(); }

    /// Switches recording on and off. Hooks run either way.
    void enabled(bool whether) noexcept { recorder_->record(whether); }
    [[nodiscard]] bool enabled() const noexcept { return recorder_->recording(); }

    /// Waits until all that was emitted before is delivered, or `until` (a duration from now, or a time point) passes.
    delivery_report flush(deadline until = default_wait) noexcept { return recorder_->flush(until); }
    /// The same, after which events are counted as dropped.
    delivery_report shutdown(deadline until = default_wait) noexcept { return recorder_->shutdown(until); }
    [[nodiscard]] sonde::stats stats() const noexcept { return recorder_->stats(); }

    /// Emits an event called `Name` with typed fields: `mon.emit<"decision">("query"_f = q, sonde::output("answer"_f = a))`.
    /// Bare fields are its `input_data`. Its options are those that mean something without a call: no `args<>`, `with_span`
    /// or `started`.
    /// *Emits*: `fields_emitted`.
    template <fixed_string Name, class... Options, class... Fields>
    void emit(Fields const&... given) noexcept {
        if constexpr (refusal_impl::check_event<Name, Options...>() && refusal_impl::check_event_fields<Fields...>()) {
            if (!enabled()) { return; }
            using site = sonde::site<Name, Options...>;
            constexpr auto const& facts = site::facts;
            monitor_impl::gathered values{facts, {recorder_->max_value_bytes(), facts.redacted, facts.redacted_count}};
            (values.add(given), ...);
            fields_emitted event;
            place(event);
            event.event_type = options_impl::names_event_type<Options...> ? facts.event_type : facts.name;
            event.channel = facts.channel;
            event.level = facts.level;
            event.name = facts.name;
            event.kind = facts.kind;
            event.cost_usd = values.cost_usd;
            event.input_data = values.in(section::input);
            event.output_data = values.in(section::output);
            event.metadata = values.in(section::metadata);
            recorder_->deliver(event, event);
        }
    }

    /// Emits an event of the user's own type.
    template <class Event>
    void emit(Event const& event) noexcept {
        if constexpr (monitor_impl::check_event<Event>()) {
            if (!enabled()) { return; }
            envelope from;
            place(from);
            from.event_type = event_type_of<Event>();
            from.channel = channel_of<Event>();
            from.level = level_of<Event>();
            recorder_->deliver(event, from);
        }
    }

    using refusal_impl::monitor_members::emit;

    /// Opens a span on this thread: `auto span = mon.span<"llm_call", sonde::model>("prompt"_f = prompt);`. All options but
    /// `args<>` and `with_span`.
    template <fixed_string Name, class... Options, class... Fields>
    [[nodiscard]] auto span(Fields const&... given) {
        if constexpr (refusal_impl::check_span<Name, Options...>() && refusal_impl::check_span_fields<Fields...>()) {
            return open_span<Sink>(recorder_, site<Name, Options...>::facts, given...);
        } else {
            return refusal_impl::no_scope{};
        }
    }
    using refusal_impl::monitor_members::span;

    /// Opens a run on this thread.
    [[nodiscard]] open_run<Sink> run(std::string_view name, run_options given = {}) {
        return open_run<Sink>(recorder_, shared<context_impl::run_state>::make(name, std::move(given), new_run_id()));
    }

    using refusal_impl::monitor_members::run;

    /// What decorated callables keep. For `monitored<>`.
    [[nodiscard]] shared<recorder> const& recorder_for_sites() const noexcept { return recorder_; }

private:
    static constexpr std::chrono::seconds default_wait{5};

    static shared<recorder> make(identity&& who) {
        if constexpr (std::is_constructible_v<Sink, options>) {
            return shared<recorder>::make(monitor_impl::checked(std::move(who)), std::in_place, options{});
        } else {
            return shared<recorder>::make(monitor_impl::checked(std::move(who)), std::in_place);
        }
    }

    // An event belongs into the innermost span, and is none itself; its id is its own.
    void place(envelope& event) const noexcept {
        auto const* const scope = context_impl::current();
        span_context ids;
        call_impl::open_span(ids, scope);
        event.trace_id = ids.trace_id;
        event.span_id = ids.span_id;
        event.parent_span_id = ids.parent_span_id;
        event.timestamp = recorder::clock::utc(recorder::clock::now());
        recorder_->sign(event, run_view(call_impl::run_of(scope)));
    }

    shared<recorder> recorder_;
};

// Of what is no sink: an error, and then whatever a monitor has.
template <monitor_impl::refused Sink>
class monitor<Sink> : public monitor<null_sink>, public meta::inert {
    static_assert(sink_parts<Sink>::check_parts());

public:
    using monitor<null_sink>::monitor;
    [[nodiscard]] Sink& sink() noexcept;
};

}  // namespace sonde

#endif
