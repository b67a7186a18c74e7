// SPDX-License-Identifier: MIT
// Hooks with state that a call is using: they stay until it is over, even if nobody else keeps them.
#ifndef SONDE_HOOK_IN_USE_HPP
#define SONDE_HOOK_IN_USE_HPP

#include <sonde/config.hpp>
#include <sonde/context/counter.hpp>

#include <cstddef>
#include <utility>

namespace sonde::hook_impl {

/// A hook with state together with the count of those who keep it.
struct kept_hook {
    context_impl::counter owners{1};
    kept_hook* next = nullptr;  // among those that wait for a call to end
    kept_hook() = default;
    kept_hook(kept_hook const&) = delete;  // it is known by its address
    kept_hook& operator=(kept_hook const&) = delete;
    virtual ~kept_hook() = default;
};
template <class Hook>
struct kept final : kept_hook {
    Hook hook;
    template <class Given>
    explicit kept(Given&& given) : hook(static_cast<Given&&>(given)) {}
};

/// Lies on the stack of a call, with the hooks that it uses. A handler that a table of handlers forgets while it runs takes
/// the last reference to its hooks with it. Counting each call as one more would cost two locked instructions a hook; this
/// list of the thread's own calls costs two stores. Another thread must not destroy what this one is calling.
/// *Thread safety*: the calling thread's.
struct hooks_in_use {
    hooks_in_use* outer;
    kept_hook* const* hooks;
    std::size_t count;
    kept_hook* waiting = nullptr;

    hooks_in_use(kept_hook* const* used, std::size_t how_many) noexcept;
    hooks_in_use(hooks_in_use const&) = delete;  // the list knows it by its address
    hooks_in_use& operator=(hooks_in_use const&) = delete;
    ~hooks_in_use();

    [[nodiscard]] bool uses(kept_hook const* hook) const noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            if (hooks[i] == hook) { return true; }
        }
        return false;
    }
};

// As the innermost scope: one per thread and process, and trivially destructible.
SONDE_SHARED inline constinit thread_local hooks_in_use* innermost_use = nullptr;

inline hooks_in_use::hooks_in_use(kept_hook* const* used, std::size_t how_many) noexcept
    : outer(innermost_use), hooks(used), count(how_many) {
    innermost_use = this;
}
inline hooks_in_use::~hooks_in_use() {
    innermost_use = outer;
    while (waiting != nullptr) { delete std::exchange(waiting, waiting->next); }
}

/// Destroys a hook that nobody keeps any more, once the outermost call that uses it is over.
[[gnu::noinline]] inline void let_go(kept_hook* hook) noexcept {
    hooks_in_use* last = nullptr;
    for (auto* use = innermost_use; use != nullptr; use = use->outer) {
        if (use->uses(hook)) { last = use; }
    }
    if (last == nullptr) {
        delete hook;
    } else {
        hook->next = std::exchange(last->waiting, hook);
    }
}

}  // namespace sonde::hook_impl

#endif
