// SPDX-License-Identifier: MIT
// The scope of a coroutine: on the chain of whichever thread runs it, from each resumption to the next suspension.
#ifndef SONDE_ASYNC_COROUTINE_SCOPE_HPP
#define SONDE_ASYNC_COROUTINE_SCOPE_HPP

#include <sonde/async/carried_scopes.hpp>
#include <sonde/config.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>

#include <utility>

namespace sonde {

class coroutine_scope;

namespace async_impl {

/// What a decorated call hands to the coroutine that it is about to make: the record of its span, to be annotated from
/// within. One coroutine takes it, of the type that the call answers and with the call's context.
struct handed_record {
    context_impl::scope const* of = nullptr;
    void const* result_type = nullptr;
    coroutine_scope** taker = nullptr;
};
SONDE_SHARED inline constinit thread_local handed_record handed{};

// Differs from type to type.
template <class Type>
inline constexpr char type_mark = 0;

/// Lies around the call of the function that makes the coroutine.
class handing {
public:
    explicit handing(handed_record const& given) noexcept : before_(std::exchange(handed, given)) {}
    handing(handing const&) = delete;  // it stands for a stretch of code
    handing& operator=(handing const&) = delete;
    ~handing() { handed = before_; }

private:
    handed_record before_;
};

/// What took the record of a call's span, if anything did: it gives that back when the call ends, though it itself may go
/// on, as one that the callable has started on the side.
class lent_record {
public:
    lent_record() noexcept = default;
    lent_record(lent_record const&) = delete;  // the coroutine knows it by its address
    lent_record& operator=(lent_record const&) = delete;
    inline ~lent_record();

    [[nodiscard]] coroutine_scope** taker() noexcept { return &taker_; }
    inline void take_back() noexcept;

private:
    coroutine_scope* taker_ = nullptr;
};

}  // namespace async_impl

/// Lies in a coroutine's frame. While the coroutine runs, it is a scope of the thread that runs it, and what the coroutine
/// opens by hand is within it; while it is suspended, neither is on any thread.
/// *Thread safety*: whoever runs the coroutine.
class coroutine_scope : public context_impl::scope {
public:
    /// `given` is the parent of what the coroutine does. Where that is empty, and nothing is open here that it could hide:
    /// what is current when the coroutine first runs.
    explicit coroutine_scope(context const& given) noexcept : owned_(context_impl::parts::run(given)) {
        ids = context_impl::parts::ids(given);
        run = owned_ ? &owned_ : nullptr;
        adopts_ = !given && context_impl::current() == nullptr;
    }
    coroutine_scope(coroutine_scope const&) = delete;  // the chain knows it by its address
    coroutine_scope& operator=(coroutine_scope const&) = delete;
    ~coroutine_scope() { forget_record(); }

    /// Takes what is handed to coroutines that answer a `Result`.
    template <class Result>
    void take_handed() noexcept {
        using async_impl::handed;
        if (handed.result_type != &async_impl::type_mark<Result> || handed.of->ids.span_id != ids.span_id) { return; }
        record = handed.of->record;
        lent_ = handed.taker;
        *lent_ = this;
        handed = {};
    }
    void forget_record() noexcept {
        if (lent_ == nullptr) { return; }
        *std::exchange(lent_, nullptr) = nullptr;
        record = nullptr;
    }

    /// The coroutine runs for the first time.
    void begin() noexcept {
        if (adopts_) { adopt(); }
        attach();
    }
    /// From here on this thread runs it. Again is as good as once: of several awaits in one expression g++ 12 resumes the
    /// awaiters only when the last one is done.
    void attach() noexcept {
        if (!std::exchange(attached_, true)) { carried_.attach(); }
    }
    /// It is about to be suspended: another thread may resume it from here on.
    void detach() noexcept {
        if (std::exchange(attached_, false)) { carried_.detach(); }
    }

private:
    [[gnu::noinline]] void adopt() noexcept {
        auto const* const current = context_impl::current();
        if (current == nullptr) { return; }
        ids = current->ids;
        if (current->run != nullptr) { owned_ = *current->run; }
        run = owned_ ? &owned_ : nullptr;
    }
    shared<context_impl::run_state> owned_;
    coroutine_scope** lent_ = nullptr;
    bool adopts_ = false;
    async_impl::carried_scopes carried_{*this};
    bool attached_ = false;
};

inline void async_impl::lent_record::take_back() noexcept {
    if (taker_ != nullptr) { taker_->forget_record(); }
}
inline async_impl::lent_record::~lent_record() { take_back(); }

}  // namespace sonde

#endif
