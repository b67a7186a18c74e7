// SPDX-License-Identifier: MIT
// The sink made of a codec, a transport and a delivery policy.
#ifndef SONDE_SINK_DELIVERED_HPP
#define SONDE_SINK_DELIVERED_HPP

#include <sonde/codec/concept.hpp>
#include <sonde/delivery/batching.hpp>
#include <sonde/delivery/delivery_report.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/immediate.hpp>
#include <sonde/delivery/stats.hpp>
#include <sonde/event/concept.hpp>
#include <sonde/event/envelope.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/sink/envelope_of.hpp>
#include <sonde/time/deadline.hpp>
#include <sonde/transport/concept.hpp>

#include <cstddef>
#include <utility>

namespace sonde {

/// Encodes events and sends the bytes to a place, when and where `Delivery` says.
/// *Thread safety*: any; moving it, before the first event.
template <codec Codec, transport Transport, class Delivery = immediate>
class delivered {
public:
    delivered(Codec codec, Transport transport, error_handler on_error, batching const& plan = {})
        : line_(std::move(codec), std::move(transport), std::move(on_error), plan) {}

    template <event Event>
    [[gnu::always_inline]] void consume(Event const& event, envelope const& from) noexcept {
        line_.accept(event, from);
    }
    template <event Event>
    [[gnu::always_inline]] void consume(Event const& event) noexcept {
        line_.accept(event, envelope_of(event));
    }

    delivery_report flush(deadline until) noexcept { return line_.flush(until); }
    delivery_report shutdown(deadline until) noexcept { return line_.shutdown(until); }
    [[nodiscard]] sonde::stats stats() const noexcept { return line_.stats(); }
    void report(exception const& error) noexcept { line_.report(error); }
    [[nodiscard]] std::size_t max_value_bytes() const noexcept { return line_.codec().max_value_bytes; }

protected:
    [[nodiscard]] Transport const& transport() const noexcept { return line_.transport(); }

private:
    typename Delivery::template line<Codec, Transport> line_;
};

}  // namespace sonde

#endif
