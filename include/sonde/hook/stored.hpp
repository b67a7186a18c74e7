// SPDX-License-Identifier: MIT
// The hooks of a decorated callable, as it keeps them.
#ifndef SONDE_HOOK_STORED_HPP
#define SONDE_HOOK_STORED_HPP

#include <sonde/hook/concept.hpp>
#include <sonde/hook/in_use.hpp>

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
    // What a call keeps of it: the hook itself, since the decorated callable may be gone before the call is over.
    class in_call {
    public:
        explicit in_call(stored const& of) noexcept : kept_(of.kept_) {}
        [[nodiscard]] Hook& get() const noexcept { return kept_->hook; }
        [[nodiscard]] kept_hook* hook() const noexcept { return kept_; }

    private:
        kept<Hook>* kept_;
    };

    template <class Given>
    explicit stored(std::in_place_t, Given&& given) : kept_(new kept<Hook>(static_cast<Given&&>(given))) {}
    // Moving copies, as with `shared`: what was moved from may still be called.
    stored(stored const& other) noexcept : kept_(other.kept_) { kept_->owners.add(1); }
    stored& operator=(stored other) noexcept {
        std::swap(kept_, other.kept_);
        return *this;
    }
    ~stored() {
        if (kept_->owners.release()) { let_go(kept_); }
    }
    [[nodiscard]] Hook& get() const noexcept { return kept_->hook; }

private:
    kept<Hook>* kept_;
};

template <class Hook>
    requires std::is_empty_v<Hook> && std::is_trivially_copyable_v<Hook> && std::is_default_constructible_v<Hook>
class stored<Hook> {
public:
    using in_call = stored;
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
    using in_call = stored;
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

/// The hooks of a decorated callable as one call uses them.
template <class... Given>
class called_hooks {
    template <class One>
    static constexpr bool counted = requires(typename stored<One>::in_call const& hook) { hook.hook(); };
    static constexpr std::size_t count = (std::size_t{counted<Given>} + ... + 0);
    struct none {
        none(kept_hook* const*, std::size_t) noexcept {}
    };

public:
    explicit called_hooks(hooks<Given...> const& of) noexcept
        : hooks_(of),
          counted_(std::apply([](auto const&... each) { return addresses(each...); }, hooks_)),
          use_(counted_.data(), count) {}
    template <std::size_t Position>
    [[nodiscard]] decltype(auto) get() const noexcept {
        return std::get<Position>(hooks_).get();
    }

private:
    template <class... InCall>
    static std::array<kept_hook*, count> addresses(InCall const&... each) noexcept {
        std::array<kept_hook*, count> all{};
        [[maybe_unused]] std::size_t at = 0;
        [[maybe_unused]] auto const add = [&](auto const& one) {
            if constexpr (requires { one.hook(); }) { all[at++] = one.hook(); }
        };
        (add(each), ...);
        return all;
    }

    std::tuple<typename stored<Given>::in_call...> hooks_;
    [[no_unique_address]] std::array<kept_hook*, count> counted_;
    [[no_unique_address]] std::conditional_t<count != 0, hooks_in_use, none> use_;
};

}  // namespace sonde::hook_impl

#endif
