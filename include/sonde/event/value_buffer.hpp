// SPDX-License-Identifier: MIT
// The bytes that captured values are kept in: on the stack while they are few.
#ifndef SONDE_EVENT_VALUE_BUFFER_HPP
#define SONDE_EVENT_VALUE_BUFFER_HPP

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace sonde {

/// A growing run of bytes whose first `inline_bytes` need no allocation. It never throws: when memory is refused or
/// `max_bytes` is reached it keeps what it has and answers false.
/// *Units and bounds*: at most `max_bytes` bytes. *Thread safety*: one thread at a time.
class value_buffer {
public:
    static constexpr std::size_t inline_bytes = 320;
    static constexpr std::size_t slack = 16;  ///< bytes behind any room that may be written too
    static constexpr std::size_t max_bytes = std::size_t{1} << 30;

    value_buffer() noexcept : data_(inline_), capacity_(inline_bytes) {}
    value_buffer(value_buffer const&) = delete;  // an open call has one, and it stays where it is
    value_buffer& operator=(value_buffer const&) = delete;
    ~value_buffer() {
        if (data_ != inline_) { std::free(data_); }
    }

    [[nodiscard]] unsigned char const* data() const noexcept { return data_; }
    [[nodiscard]] unsigned char* data() noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Takes the last bytes back, so that `bytes` remain. *Requires*: `bytes <= size()`.
    void shrink(std::size_t bytes) noexcept { size_ = bytes; }

    /// Makes room for `bytes` more and answers where they go; null when there is no room to be had.
    [[nodiscard]] unsigned char* extend(std::size_t bytes) noexcept {
        if (!has_room(bytes)) [[unlikely]] {
            if (!make_room(bytes)) { return nullptr; }
        }
        return take(bytes);
    }
    /// The same in steps, for those who would rather not call anything while there is room.
    [[nodiscard]] bool has_room(std::size_t bytes) const noexcept { return bytes <= capacity_ - size_; }
    [[nodiscard]] unsigned char* take(std::size_t bytes) noexcept {
        auto* const place = data_ + size_;
        size_ += bytes;
        return place;
    }

    bool append(void const* source, std::size_t bytes) noexcept {
        auto* const place = extend(bytes);
        if (place == nullptr) { return false; }
        if (bytes != 0) { std::memcpy(place, source, bytes); }
        return true;
    }

    [[nodiscard, gnu::noinline, gnu::cold]] bool make_room(std::size_t bytes) noexcept {
        if (bytes > max_bytes - size_) { return false; }
        auto const wanted = size_ + bytes;
        auto const capacity = wanted < 2 * capacity_ ? 2 * capacity_ : wanted;
        auto* const fresh = static_cast<unsigned char*>(data_ == inline_ ? std::malloc(capacity + slack)
                                                                         : std::realloc(data_, capacity + slack));
        if (fresh == nullptr) { return false; }
        if (data_ == inline_) { std::memcpy(fresh, inline_, size_); }
        data_ = fresh;
        capacity_ = capacity;
        return true;
    }

private:
    unsigned char* data_;
    std::size_t size_ = 0;
    std::size_t capacity_;
    unsigned char inline_[inline_bytes + slack];  // not initialised: a call pays for what it captures only
};

}  // namespace sonde

#endif
