// SPDX-License-Identifier: MIT
// Taking the current trace, span and run to another thread.
#ifndef SONDE_CONTEXT_PROPAGATION_HPP
#define SONDE_CONTEXT_PROPAGATION_HPP

#include <sonde/context/run_state.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/context/shared.hpp>

#include <utility>

namespace sonde {

namespace context_impl {
struct parts;
}

/// Where work belongs: a trace, the span to be its parent, and a run. A value: copy it to the thread that does the work
/// and give it to `with_context`. It stays good after the span has ended.
/// *Thread safety*: distinct copies may be used from distinct threads.
class context {
public:
    context() noexcept = default;
    context(span_context const& ids, shared<context_impl::run_state> run) noexcept : ids_(ids), run_(std::move(run)) {}

    /// False when there was no open span: work done with it starts traces of its own.
    explicit operator bool() const noexcept { return static_cast<bool>(ids_.trace_id); }
    [[nodiscard]] sonde::trace_id trace_id() const noexcept { return ids_.trace_id; }
    [[nodiscard]] sonde::span_id span_id() const noexcept { return ids_.span_id; }
    [[nodiscard]] run_view run() const noexcept { return run_view(run_.get()); }

private:
    friend struct context_impl::parts;

    span_context ids_ = {};
    shared<context_impl::run_state> run_;
};

namespace context_impl {
template <class Type>
inline constexpr bool is_context = false;
template <>
inline constexpr bool is_context<context> = true;

/// What a context is made of, for the scopes that are made from one.
struct parts {
    static span_context const& ids(context const& of) noexcept { return of.ids_; }
    static shared<run_state> const& run(context const& of) noexcept { return of.run_; }
    static context taken(context& from) noexcept { return {from.ids_, shared<run_state>::taken(from.run_)}; }
};
}  // namespace context_impl

/// The context of this thread's innermost open span or run.
inline context current_context() noexcept {
    auto const* const scope = context_impl::current();
    if (scope == nullptr) { return {}; }
    return {scope->ids, scope->run == nullptr ? shared<context_impl::run_state>{} : *scope->run};
}

/// The result of `function()`, run with `given` in the place of this thread's context: calls, spans and events within
/// have its span as their parent and belong to its run. An empty context hides this thread's.
/// *Errors*: what `function` throws. *Thread safety*: any.
template <class Function>
decltype(auto) with_context(context const& given, Function&& function) {
    struct handed_over : context_impl::scope {
        shared<context_impl::run_state> owned;
        explicit handed_over(context const& from) noexcept : owned(context_impl::parts::run(from)) {
            ids = context_impl::parts::ids(from);
            run = owned ? &owned : nullptr;
            context_impl::enter(*this);
        }
        handed_over(handed_over const&) = delete;
        ~handed_over() { context_impl::leave(*this); }
    } const scope(given);
    return static_cast<Function&&>(function)();
}

}  // namespace sonde

#endif
