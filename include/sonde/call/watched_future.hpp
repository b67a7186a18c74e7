// SPDX-License-Identifier: MIT
// A future that the span of its call stays open in until its result is taken.
#ifndef SONDE_CALL_WATCHED_FUTURE_HPP
#define SONDE_CALL_WATCHED_FUTURE_HPP

#include <sonde/call/left_open.hpp>
#include <sonde/meta/catching.hpp>

#include <type_traits>
#include <utility>

namespace sonde {

/// What `sonde::watch` makes of a future or a range.
template <class Held>
class watched;

namespace call_impl {

/// Told by what can be done with it, so that any library's will do, and <future> (50,000 lines) is the user's to include.
template <class Type>
concept watchable_future =
    std::is_class_v<Type> && std::is_move_constructible_v<Type> && requires(Type& future, Type const& same) {
        future.get();
        future.wait();
        static_cast<bool>(same.valid());
    };

// In three functions, not one with three branches, for the reason that plain_call.hpp gives.
template <class Result, class Future>
Result taken(Future& future, left_open& span) {
    Result made = future.get();
    span.result(made);
    span.finish();
    return made;
}
template <class Result, class Future>
    requires std::is_reference_v<Result>
Result taken(Future& future, left_open& span) {
    auto&& made = future.get();
    span.result(made);
    span.finish();
    return static_cast<Result>(made);
}
template <class Result, class Future>
    requires std::is_void_v<Result>
void taken(Future& future, left_open& span) {
    future.get();
    span.finish();
}

}  // namespace call_impl

/// A future with the members it has, which ends the span of the call that returned it: at `get`, whose result is the output
/// and whose exception the error, on whatever thread; `share` and `release` end it with what there is. Without a decorated
/// callable around the call that returned it, and where nothing is recorded, it is the future and no more.
/// *Thread safety*: as the future's.
/// *Cancellation*: destroyed before any of these, the span has status `error`, "cancelled".
template <call_impl::watchable_future Future>
class [[nodiscard]] watched<Future> {
public:
    using result_type = decltype(std::declval<Future&>().get());

    explicit watched(Future&& future) noexcept(std::is_nothrow_move_constructible_v<Future>)
        : future_(static_cast<Future&&>(future)) {}

    result_type get() {
        auto span = static_cast<left_open&&>(span_);
        if (!span) { return future_.get(); }
        return meta::telling([&]() -> result_type { return call_impl::taken<result_type>(future_, span); },
                             [&]() noexcept { span.fail(); });
    }
    void wait() const
        requires requires(Future const& future) { future.wait(); }
    {
        future_.wait();
    }
    void wait() { future_.wait(); }
    template <class Duration>
        requires requires(Future const& future, Duration const& longest) { future.wait_for(longest); }
    auto wait_for(Duration const& longest) const {
        return future_.wait_for(longest);
    }
    template <class Moment>
        requires requires(Future const& future, Moment const& latest) { future.wait_until(latest); }
    auto wait_until(Moment const& latest) const {
        return future_.wait_until(latest);
    }
    [[nodiscard]] bool valid() const noexcept { return static_cast<bool>(future_.valid()); }

    /// What the future's own gives; nobody watches that.
    auto share()
        requires requires(Future& future) { future.share(); }
    {
        span_.finish();
        return future_.share();
    }
    /// The future itself.
    [[nodiscard]] Future release() {
        span_.finish();
        return static_cast<Future&&>(future_);
    }

    /// For decorated callables: the span stays open here, unless there is nothing to wait for.
    void sonde_watch(left_open&& span) noexcept {
        if (valid()) {
            span_.add(static_cast<left_open&&>(span));
        } else {
            span.finish();
        }
    }

private:
    Future future_;
    left_open span_;  // behind the future, so that it ends first: a future's destructor may wait
};

}  // namespace sonde

#endif
