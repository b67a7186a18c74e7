// SPDX-License-Identifier: MIT
// A record too large for its ring, kept beside it.
#ifndef SONDE_DELIVERY_SPILLED_RECORD_HPP
#define SONDE_DELIVERY_SPILLED_RECORD_HPP

#include <sonde/delivery/record.hpp>
#include <sonde/delivery/ring.hpp>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace sonde {

/// How many bytes of a queue lie outside of its rings. *Thread safety*: any.
class spill_budget {
public:
    explicit spill_budget(std::size_t most) noexcept : most_(most) {}
    /// One alone may be larger than all there is: else it would never have its turn.
    bool take(std::size_t bytes) noexcept {
        // Relaxed: it bounds memory, and publishes nothing.
        auto const before = used_.fetch_add(bytes, std::memory_order_relaxed);
        if (before == 0 || (bytes <= most_ && before <= most_ - bytes)) { return true; }
        give_back(bytes);
        return false;
    }
    /// In a forked child: what was given out is the parent's.
    void start_afresh() noexcept { used_.store(0, std::memory_order_relaxed); }
    void give_back(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    [[nodiscard]] std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

private:
    std::size_t const most_;
    std::atomic<std::size_t> used_{0};
};

/// What stands in the ring for a record that lies elsewhere. Whoever takes it out of the ring calls `free_spilled`.
struct spilled_record {
    delivery_impl::record_form form = delivery_impl::record_form::spilled;
    unsigned char* data = nullptr;
    std::size_t size = 0;
    spill_budget* budget = nullptr;

    /// Null data when memory or budget are refused.
    static spilled_record of(std::size_t size, spill_budget& budget) noexcept {
        spilled_record fresh;
        if (!budget.take(size)) { return fresh; }
        fresh.data = static_cast<unsigned char*>(std::malloc(size));
        if (fresh.data == nullptr) { return budget.give_back(size), fresh; }
        fresh.size = size;
        fresh.budget = &budget;
        return fresh;
    }
    /// The one that `record` stands for. *Requires*: its form is `spilled`.
    static spilled_record in(ring::record const& record) noexcept {
        spilled_record found;
        std::memcpy(static_cast<void*>(&found), record.data, sizeof found);
        return found;
    }
};

/// What `record` is.
inline delivery_impl::record_form form_of(ring::record const& record) noexcept {
    return static_cast<delivery_impl::record_form>(*record.data);
}

/// Frees what lies outside of the ring for `record`, if anything does.
inline void free_spilled(ring::record const& record) noexcept {
    if (form_of(record) != delivery_impl::record_form::spilled) { return; }
    auto const spilled = spilled_record::in(record);
    std::free(spilled.data);
    spilled.budget->give_back(spilled.size);
}

}  // namespace sonde

#endif
