// SPDX-License-Identifier: MIT
// Decimal digits of a known number, two at a time.
#ifndef SONDE_META_DECIMAL_DIGITS_HPP
#define SONDE_META_DECIMAL_DIGITS_HPP

#include <cstdint>
#include <cstring>

namespace sonde::meta {

namespace digits_impl {
struct pair_table {
    char text[200];
    constexpr pair_table() noexcept : text{} {
        for (unsigned i = 0; i < 100; ++i) {
            text[2 * i] = static_cast<char>('0' + i / 10);
            text[2 * i + 1] = static_cast<char>('0' + i % 10);
        }
    }
};
inline constexpr pair_table pairs;
}  // namespace digits_impl

/// Writes `value` as six digits to `out`, and answers where they end. *Requires*: below a million.
inline char* write_six_digits(char* out, std::uint32_t value) noexcept {
    auto const* const pairs = digits_impl::pairs.text;
    std::memcpy(out, pairs + 2 * (value / 10'000), 2);
    std::memcpy(out + 2, pairs + 2 * (value / 100 % 100), 2);
    std::memcpy(out + 4, pairs + 2 * (value % 100), 2);
    return out + 6;
}

}  // namespace sonde::meta

#endif
