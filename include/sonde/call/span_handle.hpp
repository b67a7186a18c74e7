// SPDX-License-Identifier: MIT
// The handle of an open span, to annotate it with.
#ifndef SONDE_CALL_SPAN_HANDLE_HPP
#define SONDE_CALL_SPAN_HANDLE_HPP

#include <sonde/call/span_record.hpp>
#include <sonde/context/propagation.hpp>
#include <sonde/context/scope.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/named.hpp>
#include <sonde/event/status.hpp>
#include <sonde/meta/inert.hpp>

#include <string_view>

namespace sonde {

/// Refers to an open span; an empty one takes all that it is told and keeps nothing. It neither ends the span nor keeps it
/// open. *Lifetime*: the span's. *Thread safety*: the thread the span is open on.
class span_handle {
public:
    constexpr span_handle() noexcept = default;
    explicit span_handle(context_impl::scope& scope) noexcept
        : scope_(scope.record == nullptr       ? nullptr
                 : scope.stands_for != nullptr ? scope.stands_for
                                               : &scope) {}

    constexpr explicit operator bool() const noexcept { return scope_ != nullptr; }

    /// Annotates: the values become `metadata`. Of several with the same name the last counts.
    template <class... Named>
    void set(Named const&... values) const noexcept {
        capture(section::metadata, values...);
    }
    /// The same for a name that is known only at run time.
    template <class Value>
    void set_by_name(std::string_view name, Value const& value) const noexcept {
        with_record([&](span_record& record) { record.annotate(section::metadata, name, false, value); });
    }
    /// Adds named values to `input_data`.
    template <class... Named>
    void input(Named const&... values) const noexcept {
        capture(section::input, values...);
    }
    /// Makes `value` the `input_data`, as `output` does for the `output_data`.
    template <class Value>
        requires(!named_value<Value>)
    void input(Value const& value) const noexcept {
        with_record([&](span_record& record) { record.annotate(section::input, {}, true, value); });
    }
    /// Adds named values to `output_data`.
    template <class... Named>
    void output(Named const&... values) const noexcept {
        capture(section::output, values...);
    }
    /// Makes `value` the `output_data`: an object stands as it is, a sequence becomes `{"items":[…]}`, a scalar `{"value":…}`.
    template <class Value>
        requires(!named_value<Value>)
    void output(Value const& value) const noexcept {
        with_record([&](span_record& record) { record.annotate(section::output, {}, true, value); });
    }
    /// One chunk of streamed output. How many there were, and when the first and the last came, becomes `metadata`; what they
    /// were the `output_data`, `{"text":"…"}` of chunks that are text, else `{"items":[…]}`, unless an output is set after the
    /// last one.
    template <class Value>
    void chunk(Value const& value) const noexcept {
        with_record([&](span_record& record) { record.chunk(value); });
    }
    /// What the work cost, in US dollars; of several the last counts.
    void cost_usd(double usd) const noexcept {
        with_record([&](span_record& record) { record.cost_usd = usd; });
    }
    /// The work has failed, for this reason, although no exception says so.
    void fail(std::string_view why) const noexcept {
        with_record([&](span_record& record) { record.fail(status::error, why); });
    }

    /// For handing the span on: to be the parent of work on another thread.
    [[nodiscard]] sonde::context context() const noexcept {
        if (scope_ == nullptr) { return {}; }
        return {scope_->ids, scope_->run == nullptr ? shared<context_impl::run_state>{} : *scope_->run};
    }

private:
    template <class Change>
    void with_record(Change&& change) const noexcept {
        // A coroutine's may have been taken back from it: its call is over.
        if (scope_ != nullptr && scope_->record != nullptr) {
            scope_->record->locked([&] { change(*scope_->record); });
        }
    }
    template <class... Named>
    void capture(section in, Named const&... values) const noexcept {
        if constexpr ((named_value<Named> && ...)) {
            with_record(
                [&](span_record& record) { (record.annotate(in, Named::name.view(), false, values.value), ...); });
        } else {
            static_assert(
                meta::never<Named...>,
                "sonde: an argument for this span is not a field: it has no name. Write \"name\"_f = value, with "
                "using namespace sonde::literals. See docs/errors.md#field");
        }
    }

    context_impl::scope* scope_ = nullptr;
};

/// The innermost open span of this thread, to annotate from within a function; empty when there is none.
inline span_handle current_span() noexcept {
    auto* const scope = context_impl::current();
    return scope == nullptr ? span_handle{} : span_handle(*scope);
}

}  // namespace sonde

#endif
