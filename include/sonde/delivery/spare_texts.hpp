// SPDX-License-Identifier: MIT
// Strings that are used again, so that encoding an event allocates nothing after the first.
#ifndef SONDE_DELIVERY_SPARE_TEXTS_HPP
#define SONDE_DELIVERY_SPARE_TEXTS_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace sonde {

/// Lends empty strings that have room. Not a `thread_local` one: events are emitted after a thread's own are destroyed.
/// *Units and bounds*: keeps at most 4 strings of at most 256 KiB. *Thread safety*: any.
class spare_texts {
    static constexpr std::size_t most_kept = 4;
    static constexpr std::size_t most_bytes = std::size_t{256} << 10;

public:
    spare_texts() noexcept = default;
    spare_texts(spare_texts const&) = delete;  // what is lent comes back
    spare_texts& operator=(spare_texts const&) = delete;
    ~spare_texts() {
        for (auto& spare : spares_) { delete spare.load(std::memory_order_relaxed); }
    }

    /// A string, given back in the end. *Errors*: what allocating throws.
    class loan {
    public:
        explicit loan(spare_texts& from) : from_(from) {
            for (auto& spare : from_.spares_) {
                if (spare.load(std::memory_order_relaxed) == nullptr) { continue; }
                text_ = spare.exchange(nullptr, std::memory_order_acquire);
                if (text_ != nullptr) { return; }
            }
            text_ = new std::string;
        }
        loan(loan const&) = delete;  // one user at a time
        loan& operator=(loan const&) = delete;
        ~loan() {
            if (text_->capacity() <= most_bytes) {
                text_->clear();
                for (auto& spare : from_.spares_) {
                    std::string* none = nullptr;
                    if (spare.compare_exchange_strong(none, text_, std::memory_order_release,
                                                      std::memory_order_relaxed)) {
                        return;
                    }
                }
            }
            delete text_;
        }
        std::string& operator*() const noexcept { return *text_; }

    private:
        spare_texts& from_;
        std::string* text_ = nullptr;
    };

private:
    std::array<std::atomic<std::string*>, most_kept> spares_{};
};

}  // namespace sonde

#endif
