// SPDX-License-Identifier: MIT
// What a transport is that sends while its owner does something else.
#ifndef SONDE_TRANSPORT_OVERLAPPED_HPP
#define SONDE_TRANSPORT_OVERLAPPED_HPP

#include <sonde/context/ids.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>
#include <sonde/transport/transport_result.hpp>

#include <concepts>
#include <string_view>

namespace sonde {

/// A transport whose sending can be begun, left to itself, and asked for.
/// - `start(bytes, batch)` begins; the bytes stay where they are until it is over. Tries of one batch share its id. What
///   was in flight and never asked for is given up;
/// - `finished(until, result)` drives it: true, with the result, when it is over; false when `until` passed or `wake()`
///   was called meanwhile. With nothing in flight it is true, and a failure;
/// - `wake()` ends the wait of `finished`, the next one if there is none just now;
/// - `cancel()` gives up what is in flight, at once. Whether it arrived, nobody knows;
/// - `send(bytes, batch)` does it all: `send(bytes)` with an id of its own.
///
/// *Thread safety*: one thread at a time, but `wake()`: any.
template <class Transport>
concept overlapped_transport =
    transport<Transport> &&
    requires(Transport& transport, std::string_view bytes, trace_id batch, deadline until, transport_result& result) {
        { transport.start(bytes, batch) } noexcept -> std::same_as<void>;
        { transport.finished(until, result) } noexcept -> std::same_as<bool>;
        { transport.wake() } noexcept -> std::same_as<void>;
        { transport.cancel() } noexcept -> std::same_as<void>;
        { transport.send(bytes, batch) } noexcept -> std::same_as<transport_result>;
    };

}  // namespace sonde

#endif
