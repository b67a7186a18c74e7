// SPDX-License-Identifier: MIT
// A scope opened by hand: it may end on another thread, and in any order with the scopes around it.
#ifndef SONDE_CONTEXT_HAND_SCOPE_HPP
#define SONDE_CONTEXT_HAND_SCOPE_HPP

#include <sonde/context/counter.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde::context_impl {

/// Unlinks the scopes opened by hand that have ended while one opened later is open still, up to the first that lies on
/// the stack: it may refer to the run of those further out. How many are open.
inline std::size_t sweep_ended() noexcept {
    std::size_t open = 0;
    for (auto** link = &innermost; *link != nullptr && (*link)->let_go != nullptr;) {
        auto* const outer = (*link)->outer;
        if ((*link)->let_go(**link, false)) {
            *link = outer;
        } else {
            link = &(*link)->outer;
            ++open;
        }
    }
    return open;
}

/// Lets a thread that ends go its scopes opened by hand that are still open, or that ended elsewhere. While it runs, sees
/// to it that scopes that overlap without end, each opened before the last one ends, don't pile up.
struct scope_sweeper {
    static constexpr std::size_t first_sweep = 16;
    std::size_t linked = 0, sweep_at = first_sweep;

    // Sweeps when there may be as many ended ones as open ones, so that a scope pays for one step.
    void link_another() noexcept {
        if (++linked < sweep_at) { return; }
        linked = sweep_ended();
        sweep_at = linked < first_sweep / 2 ? first_sweep : 2 * linked;
    }
    ~scope_sweeper() {
        // A scope on the stack is there when the program ends within a call: what lies further out stays.
        while (innermost != nullptr && innermost->let_go != nullptr) {
            auto* const outer = innermost->outer;
            innermost->let_go(*innermost, true);
            innermost = outer;
        }
    }
};
inline thread_local scope_sweeper sweeper;

/// Has two owners: the chain of the thread it was opened on, and the handle it was opened through. It is destroyed when
/// both have let go, so that neither finds it gone.
/// *Thread safety*: `end` from any thread, once.
class hand_scope : public scope {
public:
    hand_scope(hand_scope const&) = delete;  // the chain knows it by its address
    hand_scope& operator=(hand_scope const&) = delete;

    /// Makes it the innermost scope of this thread.
    void begin() noexcept {
        enter(*this);
        sweeper.link_another();
    }

    /// A call within it failed so.
    virtual void note_failure(std::string_view) noexcept {}

    /// It stays open, but no longer around what this thread does.
    void step_out() noexcept {
        for (auto const* each = innermost; each != this; each = each->outer) {
            if (each == nullptr) { return; }  // another thread's, which lets go when it has ended
        }
        leave(*this);
        give_up();
    }

    /// The scope that was opened; another one than this where it is one that stands for it.
    [[nodiscard]] virtual hand_scope& opened() noexcept { return *this; }
    [[nodiscard]] shared<run_state> const& owned_run() const noexcept { return run_owner; }

    /// Makes the caller an owner, until it gives up.
    void share() noexcept { owners_.add(1); }
    void give_up() noexcept {
        if (owners_.release()) { delete this; }
    }

    [[nodiscard]] bool ended() const noexcept { return ended_.get() != 0; }
    /// Ended by this thread.
    [[nodiscard]] bool ended_here() const noexcept { return ended_.get() == this_thread(); }

    /// It is over; the handle's share with it.
    void end() noexcept {
        ended_.add(this_thread());
        static_cast<void>(current());  // unlinks it at once if this is its thread and nothing within it is open
        give_up();
    }

protected:
    explicit hand_scope(shared<run_state> of_run) noexcept : run_owner(static_cast<shared<run_state>&&>(of_run)) {
        run = run_owner ? &run_owner : nullptr;
        let_go = [](scope& one, bool even_open) noexcept {
            auto& self = static_cast<hand_scope&>(one);
            // Relaxed is enough for the flag: what follows from it, the destruction, is ordered by the count of owners.
            if (!even_open && !self.ended()) { return false; }
            self.give_up();
            return true;
        };
    }
    virtual ~hand_scope() = default;

    shared<run_state> const run_owner;

private:
    // Never 0, and another number than any other thread's that lives.
    static std::uint64_t this_thread() noexcept { return reinterpret_cast<std::uintptr_t>(&innermost); }

    counter owners_{2};
    counter ended_{0};  // by which thread
};

/// Tells the scope around `inner`, if it was opened by hand, that `inner` failed: should an exception leave it too, its
/// event can say more.
inline void pass_failure(scope const& inner, std::string_view message) noexcept {
    if (inner.outer != nullptr && inner.outer->let_go != nullptr) {
        static_cast<hand_scope*>(inner.outer)->note_failure(message);
    }
}

}  // namespace sonde::context_impl

#endif
