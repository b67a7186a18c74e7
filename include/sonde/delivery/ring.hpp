// SPDX-License-Identifier: MIT
// A bounded queue of records of any length, from one thread to another.
#ifndef SONDE_DELIVERY_RING_HPP
#define SONDE_DELIVERY_RING_HPP

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace sonde {

/// One thread, the producer, puts records in; another, the consumer, reads them in that order, where they lie. Neither
/// waits, locks or allocates. The producer may take the oldest records out again while the consumer is not reading.
///
/// Positions count bytes since the ring was made and never wrap. Invariant: `front <= published <= front + capacity`; the
/// bytes from `front` to `published` are whole records, and the rest is the producer's. `published_` is written by the
/// producer alone, with release, after the bytes; the consumer reads it with acquire before them. `front_` moves on with
/// release when the consumer has read; the producer reads it with acquire before it writes there again. Its lowest bit
/// says that the consumer is reading: then the producer leaves `front_` alone.
/// *Units and bounds*: bytes; a capacity is a power of two, from 4,096 to 2^30. *Errors*: `std::bad_alloc` when made.
/// *Thread safety*: one producer and one consumer, each possibly another thread after a hand-over that synchronises.
class ring {
    static constexpr std::size_t cache_line = 64;
    static constexpr std::size_t most_unseen = std::size_t{256} << 10;
    static constexpr std::uint64_t reading = 1;
    static constexpr std::uint32_t filler = ~std::uint32_t{0};

    // Before each record: how far it is to the next one, and how many bytes it has.
    struct header {
        std::uint32_t stride;
        std::uint32_t size;  // or `filler`
    };

public:
    /// What the consumer reads.
    struct record {
        unsigned char const* data = nullptr;
        std::size_t size = 0;
    };

    explicit ring(std::size_t capacity)
        : capacity_(std::bit_ceil(capacity < 4096 ? std::size_t{4096} : capacity)),
          bytes_(static_cast<unsigned char*>(::operator new(capacity_, std::align_val_t{cache_line}))) {}
    ring(ring const&) = delete;  // two threads know it by its address
    ring& operator=(ring const&) = delete;
    ~ring() { give_up(); }

    /// Frees the memory. *Requires*: neither side comes again.
    void give_up() noexcept {
        ::operator delete(bytes_, std::align_val_t{cache_line});
        bytes_ = nullptr;
    }

    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// The largest record: two of them always fit, whatever the position.
    [[nodiscard]] std::size_t max_record() const noexcept { return capacity_ / 4; }

    /// How often the producer looks at the consumer: what it has written until then is in its core's cache still.
    [[nodiscard]] std::size_t look_interval() const noexcept {
        return capacity_ / 4 < most_unseen ? capacity_ / 4 : most_unseen;
    }

    // The producer's side.

    /// Where a record of `size` bytes goes, at a multiple of eight; null when `until` is reached, whereupon `make_room`
    /// says whether there is room after all. Whatever is reserved twice is reserved once.
    [[nodiscard]] unsigned char* reserve(std::size_t size) noexcept {
        auto const stride = stride_of(size);
        if (stride > until_ - tail_) [[unlikely]] { return nullptr; }
        auto* const place = bytes_ + (tail_ & (capacity_ - 1));
        header const head{static_cast<std::uint32_t>(stride), static_cast<std::uint32_t>(size)};
        std::memcpy(place, &head, sizeof head);
        reserved_ = tail_ + stride;
        return place + sizeof head;
    }
    /// The consumer may have what was reserved.
    void publish() noexcept {
        tail_ = reserved_;
        published_.store(tail_, std::memory_order_release);
    }
    /// Looks how far the consumer is. True: `reserve(size)` has room now. Is asked at least once in `look_interval()` bytes,
    /// so that whoever asks can look at `used()`.
    [[nodiscard]] bool make_room(std::size_t size) noexcept {
        auto const limit = (front_.load(std::memory_order_acquire) & ~reading) + capacity_;
        auto const stride = stride_of(size);
        auto const to_end = capacity_ - (tail_ & (capacity_ - 1));
        until_ = tail_;
        if (stride > to_end) {  // a record lies in one piece
            if (to_end + stride > limit - tail_) { return false; }
            header const head{static_cast<std::uint32_t>(to_end), filler};
            std::memcpy(bytes_ + (tail_ & (capacity_ - 1)), &head, sizeof head);
            tail_ += to_end;
        } else if (stride > limit - tail_) {
            return false;
        }
        auto const end = tail_ + (capacity_ - (tail_ & (capacity_ - 1)));
        auto const soon = tail_ + (stride < look_interval() ? look_interval() : stride);
        until_ = end < limit ? end : limit;
        until_ = soon < until_ ? soon : until_;
        return true;
    }
    /// Takes the oldest record out: `see(record)` is called before it is gone. False when there is none, or the consumer
    /// is reading.
    template <class See>
    bool drop_oldest(See&& see) noexcept {
        auto front = front_.load(std::memory_order_acquire);
        auto const end = published_.load(std::memory_order_relaxed);  // written by this thread
        while ((front & reading) == 0 && front != end) {
            auto const head = header_at(front);
            // Acquire: the consumer's reading of these bytes, if it was there, is over.
            if (!front_.compare_exchange_strong(front, front + head.stride, std::memory_order_acq_rel)) { continue; }
            if (head.size != filler) { return see(record_at(front, head)), true; }
            front += head.stride;
        }
        return false;
    }
    /// Bytes in use, as the producer sees it.
    [[nodiscard]] std::size_t used() const noexcept {
        return static_cast<std::size_t>(tail_ - (front_.load(std::memory_order_relaxed) & ~reading));
    }

    // The consumer's side.

    /// Has the system provide memory for what the producer will write next: else the producer would wait for it, page by
    /// page, until it has been all the way round. Twice as much as was used so far, for a queue that is hardly used stays
    /// small.
    void prepare() noexcept {
#if defined(MADV_POPULATE_WRITE)
        if (prepared_ == capacity_) { return; }
        auto const written = published_.load(std::memory_order_relaxed);
        auto const wanted = written < most_unseen ? 2 * most_unseen : 2 * written;
        auto const until = wanted < capacity_ ? static_cast<std::size_t>(wanted) : capacity_;
        if (until <= prepared_ + most_unseen / 2 && until != capacity_) { return; }
        auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        auto const first = (reinterpret_cast<std::uintptr_t>(bytes_ + prepared_) + page - 1) & ~(page - 1);
        auto const last = reinterpret_cast<std::uintptr_t>(bytes_ + until) & ~(page - 1);
        // It changes no byte. Where the system can't (before Linux 5.14), memory comes when it is written to, as ever.
        if (first < last) {
            static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE));
        }
        prepared_ = until;
#endif
    }
    /// Gives its memory back to the system, which provides it again when it is written to.
    /// *Requires*: it is empty, and neither side comes meanwhile.
    void release() noexcept {
#if defined(__linux__)
        auto const position = published_.load(std::memory_order_relaxed);
        if (position == released_) { return; }
        released_ = position;
        prepared_ = capacity_;  // from now on as it is used
        auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        auto const first = (reinterpret_cast<std::uintptr_t>(bytes_) + page - 1) & ~(page - 1);
        auto const last = reinterpret_cast<std::uintptr_t>(bytes_ + capacity_) & ~(page - 1);
        if (first < last) { static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED)); }
#endif
    }
    [[nodiscard]] bool empty() const noexcept {
        return (front_.load(std::memory_order_relaxed) & ~reading) == published_.load(std::memory_order_acquire);
    }
    /// Calls `read(record)` for the oldest records, in order, and takes them out, until it answers false (that record
    /// stays), `most_bytes` are read, or there are none. The producer can't drop or overwrite what is being read.
    /// *Requires*: `read` throws nothing.
    template <class Read>
    void read(std::size_t most_bytes, Read&& read) noexcept {
        auto at = front_.load(std::memory_order_relaxed);
        // The producer may be dropping just now; after this it leaves the front alone.
        do {
            if (at == published_.load(std::memory_order_acquire)) { return; }
        } while (!front_.compare_exchange_weak(at, at | reading, std::memory_order_acquire, std::memory_order_relaxed));
        auto const end = published_.load(std::memory_order_acquire);
        auto const begin = at;
        while (at != end && at - begin < most_bytes) {
            auto const head = header_at(at);
            if (head.size != filler && !read(record_at(at, head))) { break; }
            at += head.stride;
        }
        front_.store(at, std::memory_order_release);
    }

private:
    static constexpr std::uint64_t stride_of(std::size_t size) noexcept {
        return (sizeof(header) + size + 7) & ~std::uint64_t{7};
    }
    [[nodiscard]] header header_at(std::uint64_t position) const noexcept {
        header head;
        std::memcpy(&head, bytes_ + (position & (capacity_ - 1)), sizeof head);
        return head;
    }
    [[nodiscard]] record record_at(std::uint64_t position, header head) const noexcept {
        return {bytes_ + (position & (capacity_ - 1)) + sizeof head, head.size};
    }

    std::size_t const capacity_;
    unsigned char* bytes_;
    // The producer's.
    alignas(cache_line) std::uint64_t tail_ = 0;
    std::uint64_t reserved_ = 0;
    std::uint64_t until_ = 0;  // how far it may write without looking at the front
    std::atomic<std::uint64_t> published_{0};
    // The consumer's.
    alignas(cache_line) std::atomic<std::uint64_t> front_{0};
    std::size_t prepared_ = 0;
    std::uint64_t released_ = 0;  // the position at which it was
};

}  // namespace sonde

#endif
