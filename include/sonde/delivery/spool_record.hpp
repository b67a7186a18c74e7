// SPDX-License-Identifier: MIT
// What stands before a batch in a file of the spool.
#ifndef SONDE_DELIVERY_SPOOL_RECORD_HPP
#define SONDE_DELIVERY_SPOOL_RECORD_HPP

#include <sonde/context/ids.hpp>
#include <sonde/delivery/crc32c.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde {

/// The head of a record; the text follows. All numbers little endian:
///
///     0  "SSP1"        8  sum of the bytes 12 to 47   16  length of the text   24  events   32  key, high
///     4  'w' or 'r'   12  sum of the text             20  0                                 40  key, low
///
/// Two sums, so that the length of a damaged text can still be believed, and what follows it is found. The byte that says
/// waiting or replayed is in neither: it is changed in place.
struct spool_record {
    static constexpr std::size_t head_size = 48;
    static constexpr std::size_t state_offset = 4;
    static constexpr std::size_t most_text = std::size_t{64} << 20;
    static constexpr char waiting = 'w', replayed = 'r';
    using head = std::array<char, head_size>;

    std::uint64_t length = 0;
    std::uint32_t text_sum = 0;
    std::uint64_t events = 0;
    trace_id key = {};
    bool is_replayed = false;

    [[nodiscard]] constexpr std::uint64_t size() const noexcept { return head_size + length; }

    [[nodiscard]] constexpr head written() const noexcept {
        head out{'S', 'S', 'P', '1', is_replayed ? replayed : waiting};
        put(out, 12, 4, text_sum);
        put(out, 16, 4, length);
        put(out, 24, 8, events);
        put(out, 32, 8, key.high);
        put(out, 40, 8, key.low);
        put(out, 8, 4, crc32c(summed(out)));
        return out;
    }

    /// False if `in` is no head, or a damaged one; true if what it says can be believed.
    [[nodiscard]] constexpr bool read(head const& in) noexcept {
        if (std::string_view(in.data(), 4) != "SSP1" || get(in, 8, 4) != crc32c(summed(in))) { return false; }
        text_sum = static_cast<std::uint32_t>(get(in, 12, 4));
        length = get(in, 16, 4);
        events = get(in, 24, 8);
        key = {get(in, 32, 8), get(in, 40, 8)};
        is_replayed = in[state_offset] == replayed;
        return length <= most_text;
    }

private:
    static constexpr std::string_view summed(head const& of) noexcept { return {of.data() + 12, head_size - 12}; }
    static constexpr void put(head& out, std::size_t at, unsigned bytes, std::uint64_t value) noexcept {
        for (unsigned i = 0; i < bytes; ++i) {
            out[at + i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i) & 0xFF));
        }
    }
    static constexpr std::uint64_t get(head const& in, std::size_t at, unsigned bytes) noexcept {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) {
            value |= std::uint64_t{static_cast<unsigned char>(in[at + i])} << (8 * i);
        }
        return value;
    }
};

}  // namespace sonde

#endif
