// SPDX-License-Identifier: MIT
// The worker's view of its spool: what to send next of it, and what is counted when it comes and goes.
#ifndef SONDE_DELIVERY_SPOOL_BACKLOG_HPP
#define SONDE_DELIVERY_SPOOL_BACKLOG_HPP

#include <sonde/delivery/batch.hpp>
#include <sonde/delivery/counters.hpp>
#include <sonde/delivery/error_handler.hpp>
#include <sonde/delivery/spool.hpp>
#include <sonde/meta/catching.hpp>
#include <sonde/transport/transport_error.hpp>

#include <chrono>
#include <cstdint>
#include <new>
#include <string>
#include <system_error>
#include <utility>

namespace sonde {

/// A batch that is replayed stays on disk until all of it is settled, also when it goes in halves: a crash repeats it, and
/// loses nothing.
///
/// Invariant: `spooled` is what the spool has, less what is settled of the batch being replayed. It goes down before
/// anything else counts these events, and up after `accepted` does: whoever reads the outcomes, then `spooled`, and
/// `accepted` last never sees more outcomes than events. Release and acquire, as all counts are, carry that order.
/// *Errors*: what can't be kept is told to the handler when that begins and when the reason changes.
/// *Thread safety*: the worker's; `possible()` any.
class spool_backlog {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr bool possible = true;

    /// Looks at once, and then every `look_every`, for what processes that are gone have left, while it has nothing itself.
    /// `kept` may be null: then nothing is ever kept.
    spool_backlog(spool* kept, std::chrono::nanoseconds look_every, counters& counts,
                  error_handler const& on_error) noexcept
        : spool_(kept), look_every_(look_every), counters_(counts), on_error_(on_error) {}
    template <class Transport>
    spool_backlog(Transport& to, counters& counts, error_handler const& on_error) noexcept
        : spool_backlog(to.kept(), to.look_every(), counts, on_error) {}

    [[nodiscard]] bool keeps() const noexcept { return spool_ != nullptr; }
    [[nodiscard]] bool empty() const noexcept { return spool_ == nullptr || spool_->empty(); }
    /// When it is to be asked again though it is empty.
    [[nodiscard]] time_point next_look() const noexcept { return keeps() ? next_look_ : time_point::max(); }
    /// The events that have ever left it, and those that will have when all that is there now is gone.
    [[nodiscard]] std::uint64_t gone() const noexcept { return gone_; }
    [[nodiscard]] std::uint64_t gone_in_the_end() const noexcept { return gone_ + (keeps() ? waiting() : 0); }

    /// Keeps a batch, behind all others. False if it can't be.
    bool keep(batch const& given) noexcept {
        if (spool_ == nullptr) { return false; }
        auto const kept = spool_->add(given.text, given.events, given.key);
        auto const cause = kept ? 0 : spool_->error();
        count();
        if (std::exchange(told_, cause) != cause && !kept) { tell(cause); }
        return kept;
    }

    /// The oldest batch, or what is left of it. Null if there is none, or none that can be read.
    [[nodiscard]] batch* front(time_point now) noexcept {
        if (!parts_.empty()) { return parts_.front(); }
        if (spool_ == nullptr || (spool_->empty() && now < next_look_)) { return nullptr; }
        auto* const read = new (std::nothrow) batch;
        auto const found = read != nullptr && spool_->front(*read);
        count();
        if (!found) {
            delete read;
            next_look_ = now + look_every_;
            return nullptr;
        }
        next_look_ = {};  // behind the last of it, another's may wait
        parts_.push_back(read);
        return read;
    }
    /// What is to be sent of the batch that `front` gave: whoever takes a part out settles it, or puts back what is left.
    [[nodiscard]] batch_list& parts() noexcept { return parts_; }

    /// To be called before so many events of it are counted as something else.
    void settle(std::uint64_t events) noexcept {
        gone_ += events;
        settled_ += events;
        counters_.spooled.set(waiting());
    }
    /// To be called when a part was taken out: forgets a batch that has no parts any more.
    void pop_if_settled() noexcept {
        if (!parts_.empty()) { return; }
        settled_ = 0;
        spool_->pop();
        count();
    }

    /// Others may take over what is here. It counts as spooled for ever.
    void leave() noexcept {
        if (spool_ != nullptr) { spool_->leave(); }
    }

private:
    [[nodiscard]] std::uint64_t waiting() const noexcept { return spool_->events() - settled_; }

    void count() noexcept {
        counters_.accepted.add(spool_->take_adopted());
        auto const lost = spool_->take_dropped();
        gone_ += lost;
        counters_.spooled.set(waiting());
        counters_.spool_lost.add(lost);
    }

    void tell(int cause) noexcept {
        meta::catching(
            [&] {
                std::string text("sonde: cannot keep events in ");
                text.append(spool_->path()).append(": ").append(std::generic_category().message(cause));
                if (!on_error_(transport_error(std::move(text)))) { counters_.internal_errors.add(); }
            },
            [&] { counters_.internal_errors.add(); });
    }

    spool* spool_;
    std::chrono::nanoseconds look_every_;
    counters& counters_;
    error_handler const& on_error_;
    batch_list parts_;
    time_point next_look_{};
    std::uint64_t settled_ = 0;  // of the batch that `parts_` is of
    std::uint64_t gone_ = 0;
    int told_ = 0;
};

}  // namespace sonde

#endif
