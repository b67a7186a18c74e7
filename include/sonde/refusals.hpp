// SPDX-License-Identifier: MIT
// Why the front doors refuse what they are given: one error that names the cause and the cure.
#ifndef SONDE_REFUSALS_HPP
#define SONDE_REFUSALS_HPP

#include <sonde/call/no_span.hpp>
#include <sonde/call/operator_of.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/event/named.hpp>
#include <sonde/meta/callable.hpp>
#include <sonde/meta/constant_callable.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/inert.hpp>
#include <sonde/meta/signature.hpp>
#include <sonde/options.hpp>
#include <sonde/site.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sonde {
class span_handle;
}

// Each check is true, or is false and has failed an assertion on the path that only the misuse takes: a concept's own
// failure would say only that it failed. Who asks returns something inert then, so that the error stays the only one.
namespace sonde::refusal_impl {

/// A value where only types may stand: it binds what no option can, so that it can be named.
template <class Type>
struct constant {
    Type value;
    template <class Given>
    constexpr constant(Given const& given) : value(given) {}
};
template <std::size_t Size>
constant(char const (&)[Size]) -> constant<fixed_string<Size>>;
template <class Given>
constant(Given) -> constant<Given>;

template <constant Value>
struct value;  // no option
template <template <fixed_string...> class Option>
struct no_arguments;  // no option: args, channel, event_type or redact without <...>

template <class Decorated>
struct nothing_for {};  // given in place of a monitor

// A function for each cause: the compiler's lines beside the error name it together with the option.
template <class Option>
constexpr void unknown_option() {
    static_assert(
        meta::never<Option>,
        "sonde: a template argument of this site is not an option: it is the Option in the lines beside this. "
        "Use kinds, levels, args<>, channel<>, event_type<>, redact<>, no_input, no_output, with_span, started, "
        "inline_await. See docs/errors.md#option-unknown");
}
template <class Option>
constexpr void repeated_option() {
    static_assert(meta::never<Option>,
                  "sonde: the options of this site are not one of a sort: the Option in the lines beside this is there "
                  "twice, or with another that settles the same (two kinds, two channels, ...). Leave one. "
                  "See docs/errors.md#option-repeated");
}

template <bool... Wrong>
constexpr std::size_t first_of() noexcept {
    std::size_t position = 0;
    static_cast<void>(((Wrong || (++position, false)) || ...));
    return position;
}
template <std::size_t Position, class First, class... Rest>
struct at : at<Position - 1, Rest...> {};
template <class First, class... Rest>
struct at<0, First, Rest...> : std::type_identity<First> {};

// For options that only calls have a use for.
template <class Option>
constexpr void misplaced_option() {
    static_assert(meta::never<Option>,
                  "sonde: a template argument here is not an option of this event or span: the Option in the lines "
                  "beside this is for calls. Name fields where they are given, leave out args<> and with_span, and "
                  "started where nothing starts. See docs/errors.md#option-misplaced");
}

// What can be wrong with the texts of a name or an option. What was refused already is refused in silence.
enum class texts { fine, empty, refused };
template <fixed_string... Texts>
inline constexpr texts state_of =
    (std::is_same_v<std::remove_cv_t<decltype(Texts)>, fixed_string<0>> || ...) ? texts::refused
    : (Texts.view().empty() || ...)                                             ? texts::empty
                                                                                : texts::fine;
template <class Option>
inline constexpr texts texts_in = texts::fine;
template <fixed_string... Texts>
inline constexpr texts texts_in<args<Texts...>> = state_of<Texts...>;
template <fixed_string... Texts>
inline constexpr texts texts_in<redact<Texts...>> = state_of<Texts...>;
template <fixed_string Text>
inline constexpr texts texts_in<channel<Text>> = state_of<Text>;
template <fixed_string Text>
inline constexpr texts texts_in<event_type<Text>> = state_of<Text>;

template <texts State, texts... States>
inline constexpr bool has_text = ((States == State) || ...);

template <class Option>
inline constexpr bool repeats_name = false;
template <fixed_string... Names>
inline constexpr bool repeats_name<args<Names...>> = !options_impl::all_differ(args<Names...>::names);

/// Whether a site can have this name and these options.
template <fixed_string Name, class... Options>
constexpr bool check_site() {
    if constexpr (!(option<Options> && ...)) {
        unknown_option<typename at<first_of<!option<Options>...>(), Options...>::type>();
        return false;
    } else if constexpr (!(options_impl::given_once<Options, Options...> && ...)) {
        repeated_option<typename at<first_of<!options_impl::given_once<Options, Options...>...>(), Options...>::type>();
        return false;
    } else if constexpr (has_text<texts::refused, state_of<Name>, texts_in<Options>...>) {
        return false;
    } else if constexpr (has_text<texts::empty, state_of<Name>, texts_in<Options>...>) {
        static_assert(
            meta::never<site<Name, Options...>>,
            "sonde: this text is not a name: it is empty, and nobody could tell what it stands for. Write one "
            "between the quotes. See docs/errors.md#name-empty");
        return false;
    } else if constexpr ((repeats_name<Options> || ...)) {
        static_assert(
            meta::never<Options...>,
            "sonde: args<> is not a list of names: a name is there twice. Give each argument a name of its own. "
            "See docs/errors.md#args-name-repeated");
        return false;
    } else {
        return true;
    }
}

template <class Option>
inline constexpr bool is_start = std::is_same_v<Option, started>;
template <class Option>
inline constexpr bool is_for_calls = std::is_same_v<Option, with_span> || std::is_same_v<Option, inline_await>;
template <fixed_string... Names>
inline constexpr bool is_for_calls<args<Names...>> = true;

/// The same for a span opened by hand, and for an event, at which nothing starts.
template <fixed_string Name, class... Options>
constexpr bool check_span() {
    if constexpr (!check_site<Name, Options...>()) {
        return false;
    } else if constexpr ((is_for_calls<Options> || ...)) {
        misplaced_option<typename at<first_of<is_for_calls<Options>...>(), Options...>::type>();
        return false;
    } else {
        return true;
    }
}
template <fixed_string Name, class... Options>
constexpr bool check_event() {
    if constexpr (!check_site<Name, Options...>()) {
        return false;
    } else if constexpr (((is_for_calls<Options> || is_start<Options>) || ...)) {
        misplaced_option<typename at<first_of<(is_for_calls<Options> || is_start<Options>)...>(), Options...>::type>();
        return false;
    } else {
        return true;
    }
}

template <class Field>
inline constexpr bool is_field = named_value<Field>;
template <class... Named>
inline constexpr bool is_field<output_fields<Named...>> = true;
template <class... Named>
inline constexpr bool is_field<metadata_fields<Named...>> = true;
template <>
inline constexpr bool is_field<cost_field> = true;

template <class... Fields>
constexpr bool check_event_fields() {
    if constexpr (!(is_field<Fields> && ...)) {
        static_assert(meta::never<Fields...>,
                      "sonde: an argument of emit is not a field: it has no name. Write \"name\"_f = value, "
                      "sonde::output(...), sonde::metadata(...) or sonde::cost_usd(...), with "
                      "using namespace sonde::literals. See docs/errors.md#field");
    }
    return (is_field<Fields> && ...);
}
template <class... Fields>
constexpr bool check_span_fields() {
    if constexpr (!(named_value<Fields> && ...)) {
        static_assert(meta::never<Fields...>,
                      "sonde: an argument of span is not a field: it has no name. Write \"name\"_f = value, with "
                      "using namespace sonde::literals. See docs/errors.md#field");
    }
    return (named_value<Fields> && ...);
}

// A span is taken first; where the parameters are not known, that is believed.
template <class Signature, class Span>
inline constexpr bool takes_span = true;
template <meta::qualifier Qualifier, class Result, class Span>
inline constexpr bool takes_span<meta::signature<Qualifier, Result>, Span> = false;
template <meta::qualifier Qualifier, class Result, class First, class... Rest, class Span>
inline constexpr bool takes_span<meta::signature<Qualifier, Result, First, Rest...>, Span> =
    std::is_convertible_v<Span&, First> ||
    (std::is_same_v<std::remove_cvref_t<First>, span_handle> && !std::is_rvalue_reference_v<First>);

template <class Site, class Callable>
constexpr bool names_too_many() noexcept {
    using type = typename meta::callable_type<Callable>::type;
    if constexpr (std::is_member_object_pointer_v<type>) {
        return Site::named_arguments > 0;
    } else if constexpr (std::is_same_v<meta::signature_of<type>, meta::no_signature>) {
        return false;
    } else {
        using signature = meta::signature_of<type>;
        constexpr bool with_context =
            call_impl::context_first<typename call_impl::callers_signature<Site::with_span, signature>::type>::value;
        return Site::named_arguments + (Site::with_span ? 1 : 0) + (with_context ? 1 : 0) > signature::arity;
    }
}

template <class Callable>
constexpr bool check_callable() {
    if constexpr (!meta::callable<Callable>) {
        static_assert(
            meta::never<Callable>,
            "sonde: this argument is not a callable: it is no function, no member pointer and has no call operator. "
            "Give the function itself, behind the monitor and before the hooks. See docs/errors.md#callable");
    }
    return meta::callable<Callable>;
}
template <class Site, class Callable, class Span>
constexpr bool check_callable_at() {
    using type = typename meta::callable_type<Callable>::type;
    if constexpr (Site::with_span && !takes_span<meta::signature_of<type>, Span>) {
        static_assert(
            meta::never<Callable>,
            "sonde: this callable is not one with a span: its first parameter takes none. Take auto& span first, "
            "or leave out the option with_span. See docs/errors.md#with-span");
        return false;
    } else if constexpr (names_too_many<Site, Callable>()) {
        static_assert(
            meta::never<Callable>,
            "sonde: args<> is not a list of names for this call: it names more arguments than the call has. Leave "
            "a name for each, without those of the object, the context and the span. See docs/errors.md#args-too-many");
        return false;
    } else {
        return true;
    }
}

/// What stands in the place of a span or run that was refused.
struct no_scope : no_span {
    static std::uint64_t tool_calls() noexcept;
    static std::uint64_t model_calls() noexcept;
    static std::uint64_t policy_violations() noexcept;
};

/// The forms in which monitors are asked for what they can't do; a monitor brings them in beside its own.
struct monitor_members {
    template <fixed_string Name, constant Value, class... Options, class... Fields>
    static void emit(Fields const&...) noexcept {
        unknown_option<value<Value>>();
    }
    template <fixed_string Name, class First, constant Value, class... Options, class... Fields>
    static void emit(Fields const&...) noexcept {
        unknown_option<value<Value>>();
    }
    template <class First, class Second, class... Rest>
    static void emit(First const&, Second const&, Rest const&...) noexcept {
        static_assert(meta::never<First>,
                      "sonde: the first argument of emit is not a name: names are template arguments. "
                      "Write mon.emit<\"name\">(fields...). See docs/errors.md#name");
    }
    template <fixed_string Name, constant Value, class... Options, class... Fields>
    static no_scope span(Fields const&...) noexcept {
        unknown_option<value<Value>>();
        return {};
    }
    template <fixed_string Name, class First, constant Value, class... Options, class... Fields>
    static no_scope span(Fields const&...) noexcept {
        unknown_option<value<Value>>();
        return {};
    }
    template <class First, class... Rest>
    static no_scope span(First const&, Rest const&...) noexcept {
        static_assert(meta::never<First>,
                      "sonde: the first argument of span is not a name: names are template arguments. "
                      "Write mon.span<\"name\">(fields...). See docs/errors.md#name");
        return {};
    }
    template <class Name>
        requires(!std::is_convertible_v<Name const&, std::string_view>)
    static no_scope run(Name const&, run_options const& = {}) noexcept {
        static_assert(meta::never<Name>, "sonde: the first argument of run is not a name: it is no text. "
                                         "Write mon.run(\"name\", {...}). See docs/errors.md#name");
        return {};
    }
};

}  // namespace sonde::refusal_impl

#endif
