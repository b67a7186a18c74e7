// SPDX-License-Identifier: MIT
// What a transport is.
#ifndef SONDE_TRANSPORT_CONCEPT_HPP
#define SONDE_TRANSPORT_CONCEPT_HPP

#include <sonde/event/exception.hpp>
#include <sonde/transport/transport_result.hpp>

#include <concepts>
#include <string_view>

namespace sonde {

/// Takes bytes to a place, and knows nothing of what they are but that `\n` ends an event.
/// - `open()` makes ready to send, as far as that goes now;
/// - `send(bytes)`, of whole events, makes ready as far as needed and sends: it may be called again after any failure;
/// - `explain(result, handler)` calls `handler` with the exception that tells of the result's problem.
///
/// *Thread safety*: one thread at a time; whoever delivers sees to that. After a fork, the child's first `send` parts
/// from what it shares with its parent.
template <class Transport>
concept transport =
    std::move_constructible<Transport> &&
    requires(Transport& transport, std::string_view bytes, transport_result result, void (*handler)(exception const&)) {
        { transport.open() } noexcept -> std::same_as<transport_result>;
        { transport.send(bytes) } noexcept -> std::same_as<transport_result>;
        transport.explain(result, handler);
    };

}  // namespace sonde

#endif
