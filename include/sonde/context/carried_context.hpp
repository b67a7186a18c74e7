// SPDX-License-Identifier: MIT
// The context of work that is suspended here and goes on elsewhere, with the spans that are open in it.
#ifndef SONDE_CONTEXT_CARRIED_CONTEXT_HPP
#define SONDE_CONTEXT_CARRIED_CONTEXT_HPP

#include <sonde/context/hand_scope.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>
#include <sonde/meta/catching.hpp>

#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

namespace sonde::context_impl {

/// Stands for a scope opened by hand, on the stack of the thread where its work goes on. It goes with that scope if that
/// ends here; if it ends elsewhere, it stays: what the rest of the work belongs to must not hang on who is quicker.
class resumed_scope final : public hand_scope {
public:
    explicit resumed_scope(hand_scope& of) noexcept : hand_scope(of.owned_run()), of_(of) {
        ids = of.ids;
        record = of.record;
        stands_for = &of;
        let_go = [](scope& one, bool even_open) noexcept {
            return even_open || static_cast<resumed_scope&>(one).of_.ended_here();
        };
        enter(*this);
    }
    ~resumed_scope() override { leave(*this); }

    void note_failure(std::string_view message) noexcept override { of_.note_failure(message); }
    [[nodiscard]] hand_scope& opened() noexcept override { return of_; }

private:
    hand_scope& of_;
};

/// Scopes opened by hand, innermost first, and the context around them. Keeps them from being destroyed.
struct open_scopes {
    static constexpr std::size_t most = 8;  // of more than that, the outer ones count as ended nowhere

    open_scopes() noexcept = default;
    open_scopes(open_scopes const&) = delete;  // it has a share in each
    open_scopes& operator=(open_scopes const&) = delete;
    ~open_scopes() {
        for (std::size_t n = 0; n < count; ++n) { scopes[n]->give_up(); }
    }

    hand_scope* scopes[most] = {};
    std::size_t count = 0;
    context around;
};

/// Those scopes, open again on this thread until the end of this object's life. Not by recursion: of a function that always
/// throws, g++ 12 says it has no end.
class resumed_scopes {
public:
    // The outer ones first; those that have ended meanwhile are left out, but for the innermost, which was found open.
    explicit resumed_scopes(open_scopes const& open) noexcept {
        for (auto n = open.count; n-- > 0;) {
            if (n == 0 || !open.scopes[n]->ended()) { ::new (place(count_++)) resumed_scope(*open.scopes[n]); }
        }
    }
    resumed_scopes(resumed_scopes const&) = delete;  // the thread's chain knows them by their addresses
    resumed_scopes& operator=(resumed_scopes const&) = delete;
    ~resumed_scopes() {
        while (count_ > 0) { std::launder(static_cast<resumed_scope*>(place(--count_)))->~resumed_scope(); }
    }

private:
    void* place(std::size_t n) noexcept { return memory_ + n * sizeof(resumed_scope); }

    alignas(resumed_scope) unsigned char memory_[open_scopes::most * sizeof(resumed_scope)];
    std::size_t count_ = 0;
};

inline context context_at(scope const* at) noexcept {
    if (at == nullptr) { return {}; }
    return {at->ids, at->run == nullptr ? shared<run_state>{} : *at->run};
}

}  // namespace sonde::context_impl

namespace sonde {

/// As `context`, for work that is suspended and resumed, such as a coroutine: spans opened by hand that were open in it are
/// open in it again. So `current_span()` still is the span, and when the work ends it, the one around it is current again. A
/// span that has ended meanwhile, elsewhere, remains the parent, as with `context`.
/// *Units and bounds*: allocates where spans opened by hand are open, once, and knows the innermost 8; where memory lacks it
/// is a plain context. *Thread safety*: distinct copies may be used from distinct threads.
class carried_context {
public:
    carried_context() noexcept = default;

    /// That of this thread.
    [[nodiscard]] static carried_context current() noexcept {
        carried_context taken;
        auto* const top = context_impl::current();
        taken.innermost_ = context_impl::context_at(top);
        if (top != nullptr && top->let_go != nullptr) {
            meta::catching([&] { taken.open_ = collected(top); }, [] {});
        }
        return taken;
    }

    /// Runs `function` with this in the place of the thread's own context. *Errors*: what `function` throws.
    template <class Function>
    void run(Function&& function) const {
        // A copy: the function may destroy what it was submitted with.
        if (auto const open = open_; open && !open->scopes[0]->ended()) {
            with_context(open->around, [&] {
                context_impl::resumed_scopes const resumed(*open);
                static_cast<void>(function());
            });
        } else {
            with_context(innermost_, function);
        }
    }

    [[nodiscard]] sonde::context const& innermost() const noexcept { return innermost_; }

private:
    static shared<context_impl::open_scopes> collected(context_impl::scope* at) {
        auto open = shared<context_impl::open_scopes>::make();
        for (; at != nullptr && at->let_go != nullptr && open->count < open->most; at = at->outer) {
            auto& scope = static_cast<context_impl::hand_scope*>(at)->opened();
            if (open->count > 0 && scope.ended()) { continue; }
            scope.share();
            open->scopes[open->count++] = &scope;
        }
        open->around = context_impl::context_at(at);
        return open;
    }

    sonde::context innermost_;
    shared<context_impl::open_scopes> open_;
};

}  // namespace sonde

#endif
