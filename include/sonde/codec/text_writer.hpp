// SPDX-License-Identifier: MIT
// Appends to a string faster than the string's own members do.
#ifndef SONDE_CODEC_TEXT_WRITER_HPP
#define SONDE_CODEC_TEXT_WRITER_HPP

#include <array>
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

    /// Keeps what was written. *Requires*: nothing is written after that.
    void finish() noexcept {
        start_ = position();
        out_.resize(start_);
    }

    /// Makes sure that `bytes` more can be written.
    void room(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) [[unlikely]] { lengthen(position(), bytes); }
    }

    /// Where the next character goes. *Requires*: `room` for whatever is written there.
    [[nodiscard]] char* at() noexcept { return at_; }
    void at(char* next) noexcept { at_ = next; }

    template <std::size_t Size>
    void literal(char const (&text)[Size]) {
        room(Size);
        std::memcpy(at_, text, Size - 1);
        at_ += Size - 1;
    }
    void text(std::string_view text) {
        room(text.size());
        if (!text.empty()) { std::memcpy(at_, text.data(), text.size()); }
        at_ += text.size();
    }
    void character(char value) {
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
        for (unsigned i = 0; i < 8; ++i) { std::memcpy(out + 2 * i, &hex_pairs[value >> (56 - 8 * i) & 0xFF], 2); }
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

    static constexpr auto hex_pairs = [] {
        std::array<std::array<char, 2>, 256> pairs{};
        for (unsigned i = 0; i < 256; ++i) {
            pairs[i] = {"0123456789abcdef"[i >> 4], "0123456789abcdef"[i & 15]};
        }
        return pairs;
    }();

    void lengthen(std::size_t used, std::size_t bytes) {
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
