// SPDX-License-Identifier: MIT
// The checksum CRC-32C, which finds every error of up to 32 neighbouring bits.
#ifndef SONDE_DELIVERY_CRC32C_HPP
#define SONDE_DELIVERY_CRC32C_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde {

namespace delivery_impl {
// table[k][b]: what the byte b does to the sum when k more bytes follow it. Eight at a time, so that a step waits for one
// table look-up instead of eight.
inline constexpr auto crc32c_table = [] {
    std::array<std::array<std::uint32_t, 256>, 8> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        auto sum = byte;
        for (int bit = 0; bit < 8; ++bit) { sum = sum >> 1 ^ ((sum & 1) != 0 ? 0x82F6'3B78 : 0); }
        table[0][byte] = sum;
    }
    for (std::size_t k = 1; k < 8; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            auto const before = table[k - 1][byte];
            table[k][byte] = before >> 8 ^ table[0][before & 0xFF];
        }
    }
    return table;
}();
}  // namespace delivery_impl

/// The sum of `bytes`; of bytes in pieces when each piece is given the sum of those before it.
/// *Source*: RFC 3720, 12.1 and B.4: the polynomial of Castagnoli, 0x1EDC6F41, reflected.
constexpr std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept {
    auto const& table = delivery_impl::crc32c_table;
    auto const byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])); };
    auto sum = ~before;
    std::size_t at = 0;
    for (; bytes.size() - at >= 8; at += 8) {
        sum ^= byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
        sum = table[7][sum & 0xFF] ^ table[6][sum >> 8 & 0xFF] ^ table[5][sum >> 16 & 0xFF] ^ table[4][sum >> 24] ^
              table[3][byte(at + 4)] ^ table[2][byte(at + 5)] ^ table[1][byte(at + 6)] ^ table[0][byte(at + 7)];
    }
    for (; at != bytes.size(); ++at) { sum = sum >> 8 ^ table[0][(sum ^ byte(at)) & 0xFF]; }
    return ~sum;
}

}  // namespace sonde

#endif
