// SPDX-License-Identifier: MIT
// The hooks of a decorated callable, as it keeps them.
#ifndef SONDE_HOOK_STORED_HPP
#define SONDE_HOOK_STORED_HPP

#include <sonde/context/shared.hpp>
#include <sonde/hook/concept.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sonde::hook_impl {

/// A hook with state is one object for all copies of a decorated callable, and for all sites of a `with_hooks`: a rate
/// limit that each copy counted for itself would limit nothing. It need not be copyable for that. A hook without state
/// takes no room.
template <class Hook>
class stored {
public:
    template <class Given>
    explicit stored(std::in_place_t, Given&& given) : hook_(shared<Hook>::make(static_cast<Given&&>(given))) {}
    [[nodiscard]] Hook& get() const noexcept { return *hook_; }

private:
    shared<Hook> hook_;
};

template <class Hook>
    requires std::is_empty_v<Hook> && std::is_trivially_copyable_v<Hook> && std::is_default_constructible_v<Hook>
class stored<Hook> {
public:
    template <class Given>
    constexpr explicit stored(std::in_place_t, Given&&) noexcept {}
    [[nodiscard]] constexpr Hook get() const noexcept { return {}; }
};

// std::reference_wrapper, without <functional> (28,000 preprocessed lines with libstdc++ 12).
template <class Given>
concept refers_to_hook = requires(Given const& given) {
    typename Given::type;
    { given.get() } -> std::same_as<typename Given::type&>;
};

/// `std::ref(hook)`: the hook stays the caller's, and must outlive the calls.
template <refers_to_hook Reference>
class stored<Reference> {
public:
    constexpr explicit stored(std::in_place_t, Reference given) noexcept : hook_(&given.get()) {}
    [[nodiscard]] constexpr typename Reference::type& get() const noexcept { return *hook_; }

private:
    typename Reference::type* hook_;
};

template <class Given>
struct unwrapped {
    using type = Given;
};
template <refers_to_hook Given>
struct unwrapped<Given> {
    using type = typename Given::type;
};
template <class Given>
using hook_type = typename unwrapped<std::remove_cvref_t<Given>>::type;

/// The positions of hooks in the order their `before` runs: higher priority first, equal ones as written.
template <class... Hooks>
constexpr std::array<std::size_t, sizeof...(Hooks)> in_order() noexcept {
    std::array<std::size_t, sizeof...(Hooks)> order{};
    std::array<int, sizeof...(Hooks)> const priorities{priority_of<Hooks>()...};
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto place = i;
        for (; place > 0 && priorities[order[place - 1]] < priorities[i]; --place) { order[place] = order[place - 1]; }
        order[place] = i;
    }
    return order;
}

template <class... Given>
using hooks = std::tuple<stored<Given>...>;

}  // namespace sonde::hook_impl

#endif
