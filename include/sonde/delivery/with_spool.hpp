// SPDX-License-Identifier: MIT
// A transport with a place on disk for what it can't deliver.
#ifndef SONDE_DELIVERY_WITH_SPOOL_HPP
#define SONDE_DELIVERY_WITH_SPOOL_HPP

#include <sonde/delivery/spool.hpp>
#include <sonde/delivery/spool_backlog.hpp>
#include <sonde/transport/concept.hpp>

#include <chrono>
#include <utility>

namespace sonde {

/// Is the transport in all it does. Delivery in the background finds the spool beside it, keeps there what can't be
/// delivered, and replays it: see `dispatcher`. Other policies know nothing of it.
/// *Units and bounds*: what processes that are gone have left is looked for when the worker starts and then every
/// `look_every`, while it has nothing of its own to replay.
/// *Thread safety*: as the transport's; the spool is the worker's.
template <transport Transport>
class with_spool : public Transport {
public:
    using backlog = spool_backlog;

    /// Without a spool if `where.dir` is empty. May throw what allocating throws.
    with_spool(Transport to, spool::options const& where,
               std::chrono::nanoseconds look_every = std::chrono::seconds(30))
        : with_spool(std::move(to), where.dir.empty() ? nullptr : new spool(where), look_every) {}
    with_spool(with_spool&& other) noexcept
        : Transport(std::move(static_cast<Transport&>(other))),
          spool_(std::exchange(other.spool_, nullptr)),
          look_every_(other.look_every_) {}
    with_spool& operator=(with_spool&&) = delete;  // what the one has would have to go somewhere
    ~with_spool() { delete spool_; }

    [[nodiscard]] spool* kept() const noexcept { return spool_; }
    [[nodiscard]] std::chrono::nanoseconds look_every() const noexcept { return look_every_; }

    /// For a forked child, in place of this one, which its parent's worker may have been using.
    [[nodiscard]] with_spool fresh() {
        auto* const renewed = spool_ == nullptr ? nullptr : new spool(spool_->fresh());
        if constexpr (requires(Transport const& transport) { Transport(transport.fresh()); }) {
            return with_spool(std::as_const(*this).Transport::fresh(), renewed, look_every_);
        } else {
            return with_spool(std::move(static_cast<Transport&>(*this)), renewed, look_every_);
        }
    }

private:
    with_spool(Transport to, spool* kept, std::chrono::nanoseconds look_every) noexcept
        : Transport(std::move(to)), spool_(kept), look_every_(look_every) {}

    spool* spool_;
    std::chrono::nanoseconds look_every_;
};

}  // namespace sonde

#endif
