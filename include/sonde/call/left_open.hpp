// SPDX-License-Identifier: MIT
// The span of a call that has returned and whose work goes on.
#ifndef SONDE_CALL_LEFT_OPEN_HPP
#define SONDE_CALL_LEFT_OPEN_HPP

#include <sonde/call/exception_text.hpp>
#include <sonde/call/span_record.hpp>
#include <sonde/context/hand_scope.hpp>
#include <sonde/event/field_start.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/opaque_value.hpp>
#include <sonde/event/status.hpp>

#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

/// Owns the span that a call left open in its result, and those of the calls around it that returned the same result.
/// Destroyed before it was finished, it says "cancelled". Empty where nothing is recorded.
/// *Thread safety*: one thread at a time, whichever.
class [[nodiscard]] left_open {
public:
    using ending = void (*)(context_impl::hand_scope&) noexcept;

    constexpr left_open() noexcept = default;
    /// *Requires*: `span` has a record, and `end` ends it for good.
    left_open(context_impl::hand_scope& span, ending end) noexcept : span_(&span), end_(end) {}
    left_open(left_open&& other) noexcept
        : span_(std::exchange(other.span_, nullptr)),
          end_(other.end_),
          around_(std::exchange(other.around_, nullptr)) {}
    left_open& operator=(left_open&& other) noexcept {
        left_open taken(static_cast<left_open&&>(other));
        std::swap(span_, taken.span_);
        std::swap(end_, taken.end_);
        std::swap(around_, taken.around_);
        return *this;
    }
    ~left_open() {
        if (span_ != nullptr) { cancel(); }
    }

    constexpr explicit operator bool() const noexcept { return span_ != nullptr; }
    /// The scope of the innermost call, off every thread's chain; null where there is none.
    [[nodiscard]] constexpr context_impl::hand_scope* scope() const noexcept { return span_; }

    /// Takes over one more, of a call around. It ends at once where there is no memory for two.
    void add(left_open&& outer) noexcept {
        if (span_ == nullptr) {
            *this = static_cast<left_open&&>(outer);
        } else if (around_ != nullptr) {
            around_->add(static_cast<left_open&&>(outer));
        } else if (around_ = new (std::nothrow) left_open(static_cast<left_open&&>(outer)); around_ == nullptr) {
            outer.finish();
        }
    }

    /// A chunk of what the work yields.
    template <class Value>
    void chunk(Value const& value) noexcept {
        for_each([&](span_record& record) { record.chunk(value); });
    }
    /// One that nobody looked at.
    void count_chunk() noexcept {
        for_each([](span_record& record) { record.count_chunk(); });
    }
    /// What came of the work. Where a pointer comes from is not known: it is not read through.
    template <class Result>
    void result(Result const& made) noexcept {
        for_each([&](span_record& record) {
            if (leaves_out(record.site(), section::output)) { return; }
            if constexpr (std::is_pointer_v<Result>) {
                record.capture<event_impl::opaque_value>(whole_start<section::output>.view(),
                                                         event_impl::unread_pointer(made));
            } else {
                record.capture(whole_start<section::output>.view(), made);
            }
        });
    }

    /// The work is done.
    void finish() noexcept {
        if (span_ == nullptr) { return; }
        auto* const around = std::exchange(around_, nullptr);
        end_(*std::exchange(span_, nullptr));
        if (around != nullptr) {
            around->finish();
            delete around;
        }
    }
    /// It failed with the exception that is being handled.
    [[gnu::cold]] void fail() noexcept { end_with(call_impl::exception_text()); }
    /// It failed, and says so itself.
    [[gnu::cold]] void fail(std::string_view message) noexcept { end_with(message); }
    /// Nobody waits for it any more.
    [[gnu::cold]] void cancel() noexcept { end_with("cancelled"); }

private:
    template <class Tell>
    void for_each(Tell&& tell) noexcept {
        for (auto* each = this; each != nullptr && each->span_ != nullptr; each = each->around_) {
            auto& record = *each->span_->record;
            record.locked([&] { tell(record); });
        }
    }
    // What the function itself has said of a failure stands.
    void end_with(std::string_view message) noexcept {
        for_each([&](span_record& record) {
            if (record.status == status::success) { record.fail(status::error, message); }
        });
        finish();
    }

    context_impl::hand_scope* span_ = nullptr;
    ending end_ = nullptr;
    left_open* around_ = nullptr;
};

}  // namespace sonde

#endif
