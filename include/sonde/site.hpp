// SPDX-License-Identifier: MIT
// A site: a name and options made into the compile-time facts of a decorated callable, an event or a span.
#ifndef SONDE_SITE_HPP
#define SONDE_SITE_HPP

#include <sonde/call/site_facts.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/level.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/options.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace sonde {

namespace options_impl {

struct absent {};

// The option on a topic; `absent` when there is none.
template <topic Topic, class... Options>
struct find {
    using type = absent;
};
template <topic Topic, class First, class... Rest>
struct find<Topic, First, Rest...>
    : std::conditional_t<First::sonde_option == Topic, std::type_identity<First>, find<Topic, Rest...>> {};

template <topic Topic, class... Options>
inline constexpr std::size_t count = ((Options::sonde_option == Topic ? 1U : 0U) + ... + 0U);

template <class Option, class... All>
concept given_once = count<Option::sonde_option, All...> == 1;

constexpr std::size_t digits_of(std::size_t number) noexcept { return number < 10 ? 1 : 1 + digits_of(number / 10); }

template <std::size_t Position>
struct default_name {
    static constexpr auto text = [] {
        fixed_string<4 + digits_of(Position)> name;
        name.text[0] = 'a', name.text[1] = 'r', name.text[2] = 'g';
        auto rest = Position;
        for (auto i = 3 + digits_of(Position); i-- > 3; rest /= 10) {
            name.text[i] = static_cast<char>('0' + rest % 10);
        }
        return name;
    }();
};

template <auto Text>
struct started_name {
    static constexpr auto text = [] {
        constexpr std::string_view rest = "_started";
        fixed_string<Text.size() + rest.size() + 1> name;
        for (std::size_t i = 0; i < Text.size(); ++i) { name.text[i] = Text.text[i]; }
        for (std::size_t i = 0; i < rest.size(); ++i) { name.text[Text.size() + i] = rest[i]; }
        return name;
    }();
};

template <kind Kind>
constexpr auto event_type_text() noexcept {
    constexpr auto type = default_event_type(Kind);
    fixed_string<type.size() + 1> text;
    for (std::size_t i = 0; i < type.size(); ++i) { text.text[i] = type[i]; }
    return text;
}

template <class... Options>
inline constexpr bool names_event_type = count<topic::event_type, Options...> != 0;

/// Whether all are options, and no two settle the same.
template <class... Options>
inline constexpr bool valid = [] {
    if constexpr ((option<Options> && ...)) {
        return (given_once<Options, Options...> && ...);
    } else {
        return false;
    }
}();

}  // namespace options_impl

/// The facts that `Options` settle for a site called `Name`.
/// *Requires*: valid options.
template <fixed_string Name, class... Options>
struct site {
private:
    template <options_impl::topic Topic>
    using on = typename options_impl::find<Topic, Options...>::type;
    using topic = options_impl::topic;
    template <topic Topic>
    static constexpr bool has = !std::is_same_v<on<Topic>, options_impl::absent>;

    static constexpr auto type_text = [] {
        if constexpr (has<topic::event_type>) {
            return on<topic::event_type>::value;
        } else if constexpr (has<topic::kind>) {
            return options_impl::event_type_text<on<topic::kind>::value>();
        } else {
            return options_impl::event_type_text<sonde::kind::function>();
        }
    }();

public:
    static constexpr std::string_view name = Name.view();
    static constexpr sonde::kind kind = [] {
        if constexpr (has<topic::kind>) {
            return on<topic::kind>::value;
        } else {
            return sonde::kind::function;
        }
    }();
    static constexpr sonde::level level = [] {
        if constexpr (has<topic::level>) {
            return on<topic::level>::value;
        } else {
            return sonde::level::info;
        }
    }();
    static constexpr std::string_view event_type = type_text.view();
    static constexpr std::string_view channel = [] {
        if constexpr (has<topic::channel>) {
            return on<topic::channel>::value.view();
        } else {
            return default_channel(kind);
        }
    }();
    static constexpr bool captures_input = !has<topic::no_input>;
    static constexpr bool captures_output = !has<topic::no_output>;
    static constexpr bool with_span = has<topic::with_span>;
    static constexpr bool started = has<topic::started>;
    static constexpr bool inline_await = has<topic::inline_await>;

    /// How many arguments `args<...>` names.
    static constexpr std::size_t named_arguments = [] {
        if constexpr (has<topic::args>) {
            return on<topic::args>::names.size();
        } else {
            return std::size_t{0};
        }
    }();

    template <std::size_t Position>
    static constexpr std::string_view argument = [] {
        if constexpr (Position < named_arguments) {
            return on<topic::args>::names[Position];
        } else {
            return options_impl::default_name<Position>::text.view();
        }
    }();

private:
    // One behind the other, to be copied at once.
    static constexpr auto texts = [] {
        fixed_string<name.size() + event_type.size() + channel.size() + 1> joined;
        auto* out = joined.text;
        for (auto const each : {name, event_type, channel}) {
            for (char const letter : each) { *out++ = letter; }
        }
        return joined;
    }();

public:
    static constexpr site_facts facts = [] {
        site_facts all{.name = {texts.text, name.size()},
                       .event_type = {texts.text + name.size(), event_type.size()},
                       .channel = {texts.text + name.size() + event_type.size(), channel.size()},
                       .kind = kind,
                       .level = level};
        all.without_input = !captures_input;
        all.without_output = !captures_output;
        if constexpr (started) { all.started_type = options_impl::started_name<type_text>::text.view(); }
        if constexpr (has<topic::redact>) {
            all.redacted = on<topic::redact>::keys.data();
            all.redacted_count = on<topic::redact>::keys.size();
        }
        return all;
    }();
};

}  // namespace sonde

#endif
