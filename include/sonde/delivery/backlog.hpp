// SPDX-License-Identifier: MIT
// Where a transport's undelivered batches are kept: for most, nowhere.
#ifndef SONDE_DELIVERY_BACKLOG_HPP
#define SONDE_DELIVERY_BACKLOG_HPP

#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/error_handler.hpp>

namespace sonde {

/// What the dispatcher has in place of a `spool_backlog` for a transport that has no place to keep batches.
struct no_backlog {
    static constexpr bool possible = false;
    template <class Transport>
    constexpr no_backlog(Transport&, counters&, error_handler const&) noexcept {}
};

namespace delivery_impl {
template <class Transport>
struct backlog_of {
    using type = no_backlog;
};
template <class Transport>
    requires requires { typename Transport::backlog; }
struct backlog_of<Transport> {
    using type = typename Transport::backlog;
};
}  // namespace delivery_impl

/// `Transport::backlog` where there is one.
template <class Transport>
using backlog_of = typename delivery_impl::backlog_of<Transport>::type;

}  // namespace sonde

#endif
