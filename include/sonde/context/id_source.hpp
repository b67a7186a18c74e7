// SPDX-License-Identifier: MIT
// Fresh ids: never zero, and unique across threads, processes and forks.
#ifndef SONDE_CONTEXT_ID_SOURCE_HPP
#define SONDE_CONTEXT_ID_SOURCE_HPP

#include <sonde/config.hpp>
#include <sonde/context/ids.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace sonde::context_impl {

/// Differs in a process from what it was in the one it was forked from, once `watch_forks()` of delivery/fork.hpp was
/// called. Written where no other thread is: in the child's fork handler.
SONDE_SHARED inline constinit std::uint64_t fork_mark = 0;
/// The process's number in a fork: what two children of one parent differ by.
SONDE_SHARED inline constinit std::uint64_t fork_salt = 0;

/// *Source*: Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014), the mixing of SplitMix64, by
/// which distinct inputs give distinct outputs.
constexpr std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ value >> 30) * 0xBF58'476D'1CE4'E5B9;
    value = (value ^ value >> 27) * 0x94D0'49BB'1331'11EB;
    return value ^ value >> 31;
}

struct id_seed {
    std::uint64_t words[2];
};

/// The randomness of this process: the system's where it gives some, else time and where things lie in memory.
inline id_seed const& process_seed() noexcept {
    static id_seed const seed = [] {
        id_seed fresh{};
        if (auto* const source = std::fopen("/dev/urandom", "rb"); source != nullptr) {
            std::setvbuf(source, nullptr, _IONBF, 0);
            auto const read = std::fread(&fresh, sizeof fresh, 1, source);
            std::fclose(source);
            if (read == 1) { return fresh; }
        }
        auto const wall = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
        auto const steady = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
        fresh.words[0] = mix(wall) ^ mix(reinterpret_cast<std::uintptr_t>(&fresh));
        fresh.words[1] = mix(steady) ^ mix(reinterpret_cast<std::uintptr_t>(&fork_mark));
        return fresh;
    }();
    return seed;
}

inline std::atomic<std::uint64_t> threads_seeded{0};

// Two Weyl sequences, each with its own start, through the mixer: no value repeats within 2^64 steps of one thread.
struct id_state {
    std::uint64_t low, high;
    std::uint64_t fork_mark;  // of the process it was seeded in

    static constexpr auto unseeded = ~std::uint64_t{0};

    span_id next_span() noexcept {
        for (;;) {
            if (span_id const id{mix(low += 0x9E37'79B9'7F4A'7C15)}) [[likely]] { return id; }
        }
    }
    /// The half of a trace's id that may be zero.
    std::uint64_t next_high() noexcept { return mix(high += 0xD1B5'4A32'D192'ED03); }
};
SONDE_SHARED inline constinit thread_local id_state thread_ids{0, 0, id_state::unseeded};

[[gnu::noinline, gnu::cold]] inline void seed_thread_ids() noexcept {
    auto const& seed = process_seed();
    // Relaxed: only that each thread gets another number matters.
    auto const ticket = threads_seeded.fetch_add(1, std::memory_order_relaxed) + 1;
    auto const moment = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    auto const own = mix(ticket * 0x9E37'79B9'7F4A'7C15) ^ mix(fork_mark + moment) ^ mix(fork_salt + 1);
    thread_ids = {mix(seed.words[0] ^ own), mix(seed.words[1] + own), fork_mark};
}

inline id_state& fresh_ids() noexcept {
    auto& ids = thread_ids;
    if (ids.fork_mark != fork_mark) [[unlikely]] { seed_thread_ids(); }
    return ids;
}

}  // namespace sonde::context_impl

namespace sonde {

/// *Thread safety*: any.
inline span_id new_span_id() noexcept { return context_impl::fresh_ids().next_span(); }

/// *Thread safety*: any.
inline trace_id new_trace_id() noexcept {
    auto& ids = context_impl::fresh_ids();
    return {ids.next_high(), ids.next_span().value};
}

/// *Thread safety*: any.
inline run_id new_run_id() noexcept {
    auto const random = new_trace_id();
    return {(random.high & ~std::uint64_t{0xF000}) | 0x4000,
            (random.low & (~std::uint64_t{0} >> 2)) | std::uint64_t{1} << 63};
}

}  // namespace sonde

#endif
