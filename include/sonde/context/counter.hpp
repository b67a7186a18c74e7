// SPDX-License-Identifier: MIT
// A count that several threads keep.
#ifndef SONDE_CONTEXT_COUNTER_HPP
#define SONDE_CONTEXT_COUNTER_HPP

#include <cstdint>

#if !defined(__GNUC__)
#include <atomic>
#endif

namespace sonde::context_impl {

/// A number that any number of threads may add to and read at once. `std::atomic` would do; with libstdc++ 12 its header
/// adds 4,700 preprocessed lines (`g++ -std=c++20 -E -P`), a sixth of what monitored.hpp may cost, for the waiting that
/// nobody does here.
/// *Thread safety*: any. `add` and `get` are relaxed: each count stands alone, and nothing is published through it.
/// `release` is release and, at zero, acquire: whoever brings it to zero sees all that the others did before.
class counter {
public:
    constexpr explicit counter(std::uint64_t value = 0) noexcept : value_(value) {}
    counter(counter const&) = delete;  // a count has one place
    counter& operator=(counter const&) = delete;

#if defined(__GNUC__)
    void add(std::uint64_t more) noexcept { __atomic_fetch_add(&value_, more, __ATOMIC_RELAXED); }
    [[nodiscard]] std::uint64_t get() const noexcept { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
    /// Takes one away; true when none is left.
    [[nodiscard]] bool release() noexcept { return __atomic_fetch_sub(&value_, 1, __ATOMIC_ACQ_REL) == 1; }

private:
    std::uint64_t value_;
#else
    void add(std::uint64_t more) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool release() noexcept { return value_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

private:
    std::atomic<std::uint64_t> value_;
#endif
};

}  // namespace sonde::context_impl

#endif
