// SPDX-License-Identifier: MIT
// A range that the span of its call stays open in until it has been gone through, and whose elements are chunks.
#ifndef SONDE_CALL_WATCHED_RANGE_HPP
#define SONDE_CALL_WATCHED_RANGE_HPP

#include <sonde/call/left_open.hpp>
#include <sonde/call/watched_future.hpp>
#include <sonde/meta/catching.hpp>

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace sonde {

namespace call_impl {

namespace range_ends {
using std::begin;
using std::end;
template <class Range>
constexpr auto first(Range& range) -> decltype(begin(range)) {
    return begin(range);
}
template <class Range>
constexpr auto last(Range& range) -> decltype(end(range)) {
    return end(range);
}
}  // namespace range_ends

/// Whatever a `for` goes through; iterators need no more than that asks of them.
template <class Type>
concept watchable_range = requires(std::remove_reference_t<Type>& range) {
    static_cast<bool>(range_ends::first(range) != range_ends::last(range));
    requires !std::is_void_v<decltype(*range_ends::first(range))>;
    ++std::declval<decltype(range_ends::first(range))&>();
} && !std::is_array_v<Type> && !watchable_future<std::remove_cvref_t<Type>>;

// An lvalue is referred to, anything else moved in.
template <class Range>
struct held_range {
    Range range;
    constexpr Range& get() noexcept { return range; }
};
template <class Range>
struct held_range<Range&> {
    Range* range;
    constexpr explicit held_range(Range& given) noexcept : range(__builtin_addressof(given)) {}
    [[nodiscard]] constexpr Range& get() const noexcept { return *range; }
};

}  // namespace call_impl

/// An input range over the references of another: to go through once. Each element that is looked at is a chunk of the span
/// of the call that returned it; the end is that span's success, an exception on the way its error. Without a decorated
/// callable around that call, and where nothing is recorded, it is the range and no more.
/// *Lifetime*: refers to the range if that was an lvalue. It must stay in its place once `begin` was called.
/// *Thread safety*: one thread at a time, whichever.
/// *Cancellation*: destroyed before the end, the span has status `error`, "cancelled".
template <call_impl::watchable_range Range>
class [[nodiscard]] watched<Range> {
    using range = std::remove_reference_t<Range>;
    using base_iterator = decltype(call_impl::range_ends::first(std::declval<range&>()));
    using base_sentinel = decltype(call_impl::range_ends::last(std::declval<range&>()));

public:
    struct sentinel {
        base_sentinel last;
    };

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using reference = decltype(*std::declval<base_iterator const&>());
        using value_type = std::remove_cvref_t<reference>;

        iterator(watched& of, base_iterator&& at) : of_(&of), at_(static_cast<base_iterator&&>(at)) {}

        reference operator*() const {
            if (!of_->span_ || of_->seen_) { return *at_; }
            of_->seen_ = true;
            return of_->tell([&]() -> reference { return seen<reference>(); });
        }
        iterator& operator++() {
            if (of_->span_ && !of_->seen_) { of_->span_.count_chunk(); }
            of_->seen_ = false;
            of_->tell([&] { ++at_; });
            return *this;
        }
        void operator++(int) { ++*this; }

        friend bool operator==(iterator const& at, sentinel const& end) { return at.at_end(end.last); }

    private:
        bool at_end(base_sentinel const& last) const {
            return of_->tell([&] {
                bool const over = !static_cast<bool>(at_ != last);
                if (over) { of_->span_.finish(); }
                return over;
            });
        }
        template <class Reference>
        Reference seen() const {
            Reference made = *at_;
            of_->span_.chunk(made);
            return made;
        }
        // What can't be moved is made in the caller's place, unseen.
        template <class Reference>
            requires(!std::is_move_constructible_v<Reference>)
        Reference seen() const {
            of_->span_.count_chunk();
            return *at_;
        }
        template <class Reference>
            requires std::is_reference_v<Reference>
        Reference seen() const {
            auto&& made = *at_;
            of_->span_.chunk(made);
            return static_cast<Reference>(made);
        }

        watched* of_;
        base_iterator at_;
    };

    explicit watched(Range&& given) : range_{static_cast<Range&&>(given)} {}

    [[nodiscard]] iterator begin() {
        seen_ = false;
        return tell([&] { return iterator(*this, call_impl::range_ends::first(range_.get())); });
    }
    [[nodiscard]] sentinel end() { return {call_impl::range_ends::last(range_.get())}; }

    /// For decorated callables: the span stays open here.
    void sonde_watch(left_open&& span) noexcept { span_.add(static_cast<left_open&&>(span)); }

private:
    template <class Step>
    auto tell(Step&& step) -> decltype(step()) {
        if (!span_) { return step(); }
        return meta::telling(step, [&]() noexcept { span_.fail(); });
    }

    call_impl::held_range<Range> range_;
    left_open span_;  // behind the range, so that it ends first
    bool seen_ = false;
};

}  // namespace sonde

#endif
