// SPDX-License-Identifier: MIT
// A great many events from several threads, each with a number of its own, and an account of those that arrived.
#ifndef SONDE_TESTS_SUPPORT_NUMBERED_HPP
#define SONDE_TESTS_SUPPORT_NUMBERED_HPP

#include <sonde/delivery/stats.hpp>
#include <sonde/event/members.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sonde::tests {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#elif defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

#if defined(__OPTIMIZE__)
inline constexpr bool optimised = true;
#else
inline constexpr bool optimised = false;
#endif

/// How many events a campaign emits, from `emitting_threads` together: a million; under a sanitizer, or not optimised, which
/// takes ten times as long, 100 thousand.
inline constexpr std::uint64_t campaign_events = optimised && !sanitized ? 1'000'000 : 100'000;
inline constexpr unsigned emitting_threads = 4;
inline constexpr std::uint64_t events_each = campaign_events / emitting_threads;

/// Its mark says which thread emitted it, as which of its events. No other text of a line has a `~`.
struct numbered {
    static constexpr std::string_view event_type = "numbered";
    static constexpr std::uint64_t of_thread = 1'000'000'000;
    std::uint64_t mark = 0;
    std::string_view filler = {};

    using sonde_members = members<member<"~", &numbered::mark>, member<"filler", &numbered::filler>>;
};

/// From all threads at once the events `from` to `end - 1` of each; `filler(n)` is what they have with them.
template <class Sink, class Filler>
void emit_from_all(Sink& sink, std::uint64_t from, std::uint64_t end, Filler&& filler) {
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < emitting_threads; ++thread) {
        threads.emplace_back([&, thread] {
            for (auto n = from; n < end; ++n) { sink.consume(numbered{thread * numbered::of_thread + n, filler(n)}); }
        });
    }
    for (auto& each : threads) { each.join(); }
}
template <class Sink>
void emit_from_all(Sink& sink, std::uint64_t from, std::uint64_t end) {
    emit_from_all(sink, from, end, [](std::uint64_t) { return std::string_view(); });
}

/// What arrived. *Thread safety*: any.
class arrivals {
public:
    /// Takes the events of `text` into account. A `batch` that has a name arrives again when it comes under the same name.
    void add(std::string_view text, std::string const& batch = {}) {
        std::unique_lock const lock(mutex_);
        auto const again = !batch.empty() && !batches_.insert(batch).second;
        auto const* const end = text.data() + text.size();
        for (auto const* at = text.data(); (at = next('~', at, end)) != end;) {
            at += 3;  // ~":
            std::uint64_t mark = 0;
            for (; at != end && *at >= '0' && *at <= '9'; ++at) {
                mark = mark * 10 + static_cast<std::uint64_t>(*at - '0');
            }
            count(mark, again);
        }
        if (again) { return; }
        constexpr std::string_view notice = "\"event_type\":\"sonde.dropped\"";
        for (auto at = text.find(notice); at != text.npos; at = text.find(notice, at + 1)) {
            ++notices_;
            constexpr std::string_view key = "\"input_data\":";
            auto const counts = text.find(key, at) + key.size();
            told_ = text.substr(counts, text.find('}', counts) + 1 - counts);
        }
    }

    /// How many different ones.
    [[nodiscard]] std::uint64_t events() const { return locked(events_); }
    /// How many came again, in a batch that came again as a whole.
    [[nodiscard]] std::uint64_t repeated() const { return locked(repeated_); }
    /// How many events told of drops.
    [[nodiscard]] std::uint64_t notices() const { return locked(notices_); }
    /// The counts that the last of these had, as JSON.
    [[nodiscard]] std::string told() const {
        std::unique_lock const lock(mutex_);
        return told_;
    }
    /// How many came before an earlier one of their thread, again in another batch, or for the first time in a batch that
    /// came again. There should be none.
    [[nodiscard]] std::uint64_t misplaced() const { return locked(misplaced_); }
    [[nodiscard]] bool has(unsigned thread, std::uint64_t number) const {
        std::unique_lock const lock(mutex_);
        return thread < emitting_threads && number < seen_[thread].size() && seen_[thread][number];
    }

private:
    static char const* next(char wanted, char const* at, char const* end) {
        auto const* const found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
        return found == nullptr ? end : static_cast<char const*>(found);
    }
    std::uint64_t locked(std::uint64_t const& count) const {
        std::unique_lock const lock(mutex_);
        return count;
    }
    void count(std::uint64_t mark, bool again) {
        auto const thread = mark / numbered::of_thread, number = mark % numbered::of_thread;
        if (thread >= emitting_threads) {
            ++misplaced_;
            return;
        }
        auto& seen = seen_[thread];
        auto const known = number < seen.size() && seen[number];
        if (again != known || (!known && number < seen.size())) { ++misplaced_; }
        if (known) {
            ++repeated_;
            return;
        }
        if (number >= seen.size()) { seen.resize(number + 1); }  // what is skipped must not come any more
        seen[number] = true;
        ++events_;
    }

    mutable std::mutex mutex_;
    std::vector<bool> seen_[emitting_threads];
    std::set<std::string> batches_;
    std::string told_;
    std::uint64_t events_ = 0, repeated_ = 0, notices_ = 0, misplaced_ = 0;
};

}  // namespace sonde::tests

#endif
