// SPDX-License-Identifier: MIT
// Keeps the span of a call open in what it returns, until that is used up.
#ifndef SONDE_CALL_WATCH_HPP
#define SONDE_CALL_WATCH_HPP

#include <sonde/call/watched_future.hpp>
#include <sonde/call/watched_range.hpp>
#include <sonde/meta/inert.hpp>

#include <type_traits>

namespace sonde {

/// For a callable that answers before its work is done: `return sonde::watch(std::async(...));`. Of a future, moved in, the
/// span ends when its result is taken; of a range, when it has been gone through, and its elements are the span's chunks.
/// For senders, include <sonde/call/watched_sender.hpp>.
/// *Emits*: nothing of its own. The call's `call_finished` comes when the work is done.
/// *Lifetime*: refers to a range that is an lvalue.
/// *Example*: docs/examples/streaming.cpp
template <class Given>
auto watch(Given&& given) {
    if constexpr (call_impl::watchable_future<std::remove_cv_t<Given>>) {
        return watched<Given>(static_cast<Given&&>(given));
    } else if constexpr (call_impl::watchable_future<std::remove_cvref_t<Given>> &&
                         std::is_copy_constructible_v<std::remove_cvref_t<Given>>) {
        return watched<std::remove_cvref_t<Given>>(std::remove_cvref_t<Given>(given));
    } else if constexpr (call_impl::watchable_range<Given>) {
        return watched<Given>(static_cast<Given&&>(given));
    } else {
        static_assert(
            meta::never<Given>,
            "sonde: the argument of watch is not a future or range: it has neither get, wait and valid, nor a "
            "begin and end, or is a future that is not moved in. Write watch(std::move(future)), or "
            "watch(range); for a sender, moved in, include <sonde/call/watched_sender.hpp>. See "
            "docs/errors.md#watch");
        return meta::inert{};
    }
}

}  // namespace sonde

#endif
