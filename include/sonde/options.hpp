// SPDX-License-Identifier: MIT
// The options of a site: kind, argument names, channel, event type, level, and what is captured.
#ifndef SONDE_OPTIONS_HPP
#define SONDE_OPTIONS_HPP

#include <sonde/event/kind.hpp>
#include <sonde/event/level.hpp>
#include <sonde/meta/fixed_string.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace options_impl {
// What an option settles: two that settle the same can't stand together.
enum class topic {
    kind,
    level,
    args,
    channel,
    event_type,
    no_input,
    no_output,
    redact,
    with_span,
    started,
    inline_await
};

template <topic Topic>
struct option_base {
    static constexpr auto sonde_option = Topic;
};
template <sonde::kind Kind>
struct kind_option : option_base<topic::kind> {
    static constexpr auto value = Kind;
};
template <sonde::level Level>
struct level_option : option_base<topic::level> {
    static constexpr auto value = Level;
};

template <std::size_t Count>
constexpr bool all_differ(std::array<std::string_view, Count> const& names) noexcept {
    for (std::size_t i = 0; i < Count; ++i) {
        for (std::size_t j = i + 1; j < Count; ++j) {
            if (names[i] == names[j]) { return false; }
        }
    }
    return true;
}
}  // namespace options_impl

/// Kinds: what sort of work the callable does. They set the event type and the channel; `tool` and `model` calls are
/// counted by their run.
struct function : options_impl::kind_option<kind::function> {};  ///< the default
struct tool : options_impl::kind_option<kind::tool> {};
struct model : options_impl::kind_option<kind::model> {};
struct agent : options_impl::kind_option<kind::agent> {};
struct retrieval : options_impl::kind_option<kind::retrieval> {};
struct handler : options_impl::kind_option<kind::handler> {};

/// Levels: how much the event matters. A site's is that of its calls that succeed; blocked ones are warnings at least, and
/// failed ones errors at least.
struct debug : options_impl::level_option<level::debug> {};
struct info : options_impl::level_option<level::info> {};  ///< the default
struct warning : options_impl::level_option<level::warning> {};
struct error : options_impl::level_option<level::error> {};
struct critical : options_impl::level_option<level::critical> {};
struct security_alert : options_impl::level_option<level::security_alert> {};

/// Names the arguments by position; those without a name are `arg0`, `arg1`, … by theirs.
template <fixed_string... Names>
struct args : options_impl::option_base<options_impl::topic::args> {
    static constexpr std::array<std::string_view, sizeof...(Names)> names{Names.view()...};
};

/// The channel, in place of the kind's.
template <fixed_string Name>
struct channel : options_impl::option_base<options_impl::topic::channel> {
    static constexpr auto value = Name;
};

/// The event type, in place of the kind's.
template <fixed_string Name>
struct event_type : options_impl::option_base<options_impl::topic::event_type> {
    static constexpr auto value = Name;
};

/// Arguments, and what a span or an event is given as input, are not captured: `input_data` is `{}`.
struct no_input : options_impl::option_base<options_impl::topic::no_input> {};
/// The result, and what a span or an event is given as output, is not captured: `output_data` is `{}`.
struct no_output : options_impl::option_base<options_impl::topic::no_output> {};

/// What stands under these keys, at any depth and whatever their case, is captured as "[REDACTED]".
template <fixed_string... Keys>
struct redact : options_impl::option_base<options_impl::topic::redact> {
    static constexpr std::array<std::string_view, sizeof...(Keys)> keys{Keys.view()...};
};

/// The callable takes a span handle first (`auto& span`), to annotate its own span with; callers don't give it.
struct with_span : options_impl::option_base<options_impl::topic::with_span> {};

/// An event at the start of each call, or of a span, too: its type is the call's with `_started` behind it.
struct started : options_impl::option_base<options_impl::topic::started> {};

/// Of a callable that answers a coroutine to be awaited: what the decorated one answers is no coroutine of that type, but
/// something to be awaited in its place, once, from a coroutine of any type. It needs no frame of its own.
struct inline_await : options_impl::option_base<options_impl::topic::inline_await> {};

/// A type that may stand among the options of a site.
template <class Option>
concept option = requires { std::integral_constant<options_impl::topic, Option::sonde_option>{}; };

}  // namespace sonde

#endif
