// SPDX-License-Identifier: MIT
// Appends to a string faster than the string's own members do.
#ifndef SONDE_CODEC_TEXT_WRITER_HPP
#define SONDE_CODEC_TEXT_WRITER_HPP

#include <sonde/meta/copy_bytes.hpp>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sonde {

/// Writes behind the end of `out`. It makes the string longer than needed, so that most steps need only a comparison and
/// a copy (a line of 21 members written by `std::string::append` takes about twice as long), and cuts it back in the end.
/// Unless `finish()` is called, as when memory was refused midway, `out` is left as it was.
/// *Errors*: what growing a `std::string` throws. *Thread safety*: one thread at a time.
class text_writer {
public:
    explicit text_writer(std::string& out) : out_(out), start_(out.size()) { lengthen(out.size(), first_room); }
    text_writer(text_writer const&) = delete;  // one writer at a time knows where the text ends
    text_writer& operator=(text_writer const&) = delete;
    ~text_writer() { out_.resize(start_); }

    /// Whatever happens, what was written until now stays.
    void keep() noexcept { start_ = position(); }
    /// Keeps what was written. *Requires*: nothing is written after that.
    void finish() noexcept {
        start_ = position();
        out_.resize(start_);
    }

    /// Makes sure that `bytes` more can be written.
    [[gnu::always_inline]] void room(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) [[unlikely]] { lengthen(position(), bytes); }
    }

    /// Where the next character goes. *Requires*: `room` for whatever is written there.
    [[nodiscard]] char* at() noexcept { return at_; }
    void at(char* next) noexcept { at_ = next; }

    template <std::size_t Size>
    [[gnu::always_inline]] void literal(char const (&text)[Size]) {
        room(Size);
        put(text);
    }
    /// The same where there is room. *Requires*: `room` for it.
    template <std::size_t Size>
    void put(char const (&text)[Size]) noexcept {
        std::memcpy(at_, text, Size - 1);
        at_ += Size - 1;
    }
    void put(std::string_view text) noexcept {
        at_ =
            reinterpret_cast<char*>(meta::copy_bytes(reinterpret_cast<unsigned char*>(at_), text.data(), text.size()));
    }
    void put(char value) noexcept { *at_++ = value; }
    void put_hex(std::uint64_t value) noexcept {
        hex(at_, value);
        at_ += 16;
    }
    template <class Number>
    void put_number(Number value) noexcept {
        at_ = std::to_chars(at_, end_, value).ptr;
    }
    void text(std::string_view text) {
        room(text.size());
        if (!text.empty()) { std::memcpy(at_, text.data(), text.size()); }
        at_ += text.size();
    }
    [[gnu::always_inline]] void character(char value) {
        room(1);
        *at_++ = value;
    }

    /// The shortest text that reads back as `value`. *Requires*: finite, if floating point.
    template <class Number>
    void number(Number value) {
        room(32);
        at_ = std::to_chars(at_, end_, value).ptr;
    }

    /// 16 hexadecimal digits.
    void hex(std::uint64_t value) {
        room(16);
        hex(at_, value);
        at_ += 16;
    }
    static void hex(char* out, std::uint64_t value) noexcept {
        eight_hex(out, static_cast<std::uint32_t>(value >> 32));
        eight_hex(out + 8, static_cast<std::uint32_t>(value));
    }

    /// Characters in `out` so far.
    [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - out_.data()); }
    [[nodiscard]] std::string_view since(std::size_t position) const noexcept {
        return {out_.data() + position, static_cast<std::size_t>(at_ - out_.data()) - position};
    }
    [[nodiscard]] char last() const noexcept { return at_[-1]; }

    /// Takes back what was written after `position`.
    void back_to(std::size_t position) noexcept { at_ = out_.data() + position; }

private:
    static constexpr std::size_t first_room = 1024;  // more than most lines have; the string is zeroed that far

    // Spreads the digits over eight bytes, the first one lowest, and makes characters of all at once.
    static void eight_hex(char* out, std::uint32_t value) noexcept {
        constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
        std::uint64_t digits = value;
        digits = (digits << 16 | digits) & 0x0000'FFFF'0000'FFFF;
        digits = (digits << 8 | digits) & 0x00FF'00FF'00FF'00FF;
        digits = (digits << 4 | digits) & 0x0F0F'0F0F'0F0F'0F0F;
        auto const letters = (digits + 6 * ones) >> 4 & ones;  // 1 in each byte that is above 9
        digits += '0' * ones + letters * ('a' - '0' - 10);
        if constexpr (std::endian::native == std::endian::little) { digits = __builtin_bswap64(digits); }
        std::memcpy(out, &digits, sizeof digits);
    }

    [[gnu::noinline, gnu::cold]] void lengthen(std::size_t used, std::size_t bytes) {
        out_.resize(used + bytes + (used - start_) + first_room);  // doubles what was written
        at_ = out_.data() + used;
        end_ = out_.data() + out_.size();
    }

    std::string& out_;
    std::size_t start_;
    char* at_ = nullptr;
    char* end_ = nullptr;
};

}  // namespace sonde

#endif
