// SPDX-License-Identifier: MIT
// Encoded events that are sent together, and a list of such.
#ifndef SONDE_DELIVERY_BATCH_HPP
#define SONDE_DELIVERY_BATCH_HPP

#include <sonde/context/id_source.hpp>
#include <sonde/context/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace sonde {

/// Whole events, each ended by `\n`.
struct batch {
    std::string text = {};
    std::uint64_t events = 0;
    std::uint64_t number = 0;  ///< in the order they were closed
    trace_id key = {};         ///< the same for every try
    unsigned tries = 0;
    batch* next = nullptr;

    /// The memory it takes, which may be twice what its text has.
    [[nodiscard]] std::size_t footprint() const noexcept { return sizeof(batch) + text.capacity(); }
};

/// The events in `text`: each ends with a `\n`.
inline std::uint64_t count_lines(char const* text, std::size_t size) noexcept {
    std::uint64_t lines = 0;
    for (std::size_t i = 0; i < size; ++i) { lines += text[i] == '\n'; }
    return lines;
}

/// Where the first `lines` events of `text` end. *Requires*: it has as many.
inline std::size_t end_of_lines(std::string const& text, std::uint64_t lines) noexcept {
    std::size_t end = 0;
    for (; lines != 0; --lines) { end = text.find('\n', end) + 1; }
    return end;
}

/// The key of a half of the batch that has `whole`. The same each time, so that a receiver knows a half again that comes
/// once more after a crash.
inline trace_id key_of_half(trace_id whole, std::uint64_t which) noexcept {
    trace_id const key{context_impl::mix(whole.high + which), context_impl::mix(whole.low ^ whole.high)};
    return key ? key : trace_id{1, which};
}

/// Owns batches, first in, first out.
class batch_list {
public:
    batch_list() noexcept = default;
    batch_list(batch_list const&) = delete;  // owns
    batch_list& operator=(batch_list const&) = delete;
    ~batch_list() {
        while (first_ != nullptr) { delete pop_front(); }
    }

    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] batch* front() const noexcept { return first_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::uint64_t events() const noexcept { return events_; }

    void push_back(batch* added) noexcept {
        added->next = nullptr;
        (first_ == nullptr ? first_ : last_->next) = added;
        last_ = added;
        bytes_ += added->footprint();
        events_ += added->events;
    }
    void push_front(batch* added) noexcept {
        added->next = first_;
        if (first_ == nullptr) { last_ = added; }
        first_ = added;
        bytes_ += added->footprint();
        events_ += added->events;
    }
    [[nodiscard]] batch* pop_front() noexcept {
        auto* const taken = first_;
        first_ = std::exchange(taken->next, nullptr);
        bytes_ -= taken->footprint();
        events_ -= taken->events;
        return taken;
    }

private:
    batch* first_ = nullptr;
    batch* last_ = nullptr;
    std::size_t bytes_ = 0;
    std::uint64_t events_ = 0;
};

}  // namespace sonde

#endif
