// SPDX-License-Identifier: MIT
// A call as a hook sees it: its site, its arguments, its run and span, and in `after` how it ended.
#ifndef SONDE_HOOK_CALL_HPP
#define SONDE_HOOK_CALL_HPP

#include <sonde/context/run_state.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/fixed_string.hpp>
#include <sonde/meta/inert.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde {

/// One invocation of a decorated callable. Hooks take it as `auto& call`; `Parameters` are the callable's parameter types,
/// or, where it is generic, those of the arguments given.
/// *Lifetime*: while the hook runs. *Thread safety*: the calling thread's.
template <class Site, class Frame, class... Parameters>
class call {
public:
    using site = Site;
    static constexpr std::size_t argument_count = sizeof...(Parameters);

    constexpr explicit call(Frame& frame, std::remove_reference_t<Parameters>*... arguments) noexcept
        : frame_(&frame), arguments_(arguments...) {}

    [[nodiscard]] static constexpr std::string_view name() noexcept { return Site::name; }
    [[nodiscard]] static constexpr sonde::kind kind() noexcept { return Site::kind; }
    [[nodiscard]] static constexpr std::string_view channel() noexcept { return Site::channel; }
    [[nodiscard]] static constexpr std::string_view event_type() noexcept { return Site::event_type; }

    /// The names of the arguments: as `args<...>` gave them, else `arg0`, `arg1`, …
    static constexpr std::array<std::string_view, argument_count> argument_names =
        []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<std::string_view, argument_count>{Site::template argument<I>...};
        }(std::index_sequence_for<Parameters...>{});

    [[nodiscard]] run_view run() const noexcept { return frame_->run(); }
    /// The call's span, to annotate: `call.span().set("attempt"_f = 2)`. Where nothing is recorded it takes all and keeps
    /// nothing.
    [[nodiscard]] auto span() const noexcept { return frame_->span(); }
    /// Final in `after` and `on_error`.
    [[nodiscard]] sonde::status status() const noexcept { return frame_->status(); }
    /// From the call's beginning, hooks included, to the function's end: a `std::chrono::nanoseconds`. Final in `after`
    /// and `on_error`; before, the time until now, and none where the call is neither recorded nor seen ending by a hook.
    [[nodiscard]] auto duration() const noexcept { return frame_->duration(); }

    template <std::size_t Position>
    [[nodiscard]] constexpr auto& argument() const noexcept {
        return *std::get<Position>(arguments_);
    }

    /// `visit(name, argument)` for each argument, in order.
    template <class Visit>
    constexpr void for_each_argument(Visit&& visit) const {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (visit(argument_names[I], *std::get<I>(arguments_)), ...);
        }(std::index_sequence_for<Parameters...>{});
    }

private:
    Frame* frame_;
    std::tuple<std::remove_reference_t<Parameters>*...> arguments_;
};

namespace hook_impl {
// What an argument is known by: its position or its name.
template <class Value>
struct argument_key {
    Value value;
    template <class Given>
    constexpr argument_key(Given const& given) noexcept : value(static_cast<Value>(given)) {}
};
template <std::size_t Size>
argument_key(char const (&)[Size]) -> argument_key<fixed_string<Size>>;
template <std::size_t Size>
argument_key(fixed_string<Size>) -> argument_key<fixed_string<Size>>;
template <class Given>
argument_key(Given)
    -> argument_key<std::conditional_t<std::is_convertible_v<Given, std::size_t>, std::size_t, fixed_string<0>>>;

template <class Call>
constexpr std::size_t position_of(std::size_t position) noexcept {
    return position;
}
template <class Call>
constexpr std::size_t position_of(std::string_view name) noexcept {
    std::size_t i = 0;
    while (i < Call::argument_count && Call::argument_names[i] != name) { ++i; }
    return i;
}
}  // namespace hook_impl

/// An argument, by reference: what the callable will get, const where its parameter is. `sonde::arg<0>(call)` by its
/// position, `sonde::arg<"query">(call)` by its name.
template <hook_impl::argument_key Key, class Call>
[[nodiscard]] constexpr auto& arg(Call& call) noexcept {
    constexpr auto position = hook_impl::position_of<Call>(Key.value);
    if constexpr (position < Call::argument_count) {
        return call.template argument<position>();
    } else if constexpr (std::is_same_v<std::remove_cvref_t<decltype(Key.value)>, std::size_t>) {
        static_assert(
            meta::never<Call>,
            "sonde: sonde::arg is not an argument of this call: the position is past the last one. Use one below "
            "call.argument_count. See docs/errors.md#arg-position");
        return meta::inert::instance();
    } else {
        static_assert(
            meta::never<Call>,
            "sonde: sonde::arg is not an argument of this call: no argument has that name. Name it at the site with "
            "sonde::args<...>. See docs/errors.md#arg-name");
        return meta::inert::instance();
    }
}

}  // namespace sonde

#endif
