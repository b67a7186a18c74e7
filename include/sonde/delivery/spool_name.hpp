// SPDX-License-Identifier: MIT
// What a file of the spool is called: whose it is, and where it stands in the order.
#ifndef SONDE_DELIVERY_SPOOL_NAME_HPP
#define SONDE_DELIVERY_SPOOL_NAME_HPP

#include <sonde/context/ids.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sonde {

/// `<nanoseconds since 1970>-<process>-<random>-<number>.spool`, hexadecimal, in fixed widths: sorted as text, the files of
/// who began earlier come first, and those of one owner in the order they were made. All before the number is the owner.
class spool_name {
    static constexpr std::size_t process_at = 17, random_at = 26, number_at = 43, ending_at = 51;
    static constexpr std::string_view form = "0000000000000000-00000000-0000000000000000-00000000.spool";

public:
    spool_name() noexcept = default;
    spool_name(std::uint64_t moment, std::uint64_t process, std::uint64_t random) noexcept {
        form.copy(text_, form.size());
        context_impl::write_hex(text_, moment, 16);
        context_impl::write_hex(text_ + process_at, process, 8);
        context_impl::write_hex(text_ + random_at, random, 16);
    }

    /// False if `file` is not called as one of the spool.
    [[nodiscard]] bool read(std::string_view file) noexcept {
        if (file.size() != form.size() || file.substr(ending_at) != form.substr(ending_at)) { return false; }
        for (std::size_t i = 0; i < ending_at; ++i) {
            auto const digit = (file[i] >= '0' && file[i] <= '9') || (file[i] >= 'a' && file[i] <= 'f');
            if (form[i] == '-' ? file[i] != '-' : !digit) { return false; }
        }
        file.copy(text_, form.size());
        return true;
    }

    explicit operator bool() const noexcept { return text_[0] != '\0'; }
    [[nodiscard]] char const* text() const noexcept { return text_; }
    [[nodiscard]] std::string_view owner() const noexcept { return {text_, *this ? number_at - 1 : 0}; }
    [[nodiscard]] std::uint64_t moment() const noexcept { return digits(0, 16); }
    void next() noexcept { context_impl::write_hex(text_ + number_at, digits(number_at, 8) + 1, 8); }

    friend bool operator==(spool_name const& a, spool_name const& b) noexcept { return a <=> b == 0; }
    friend std::strong_ordering operator<=>(spool_name const& a, spool_name const& b) noexcept {
        return std::memcmp(a.text_, b.text_, form.size()) <=> 0;
    }

private:
    [[nodiscard]] std::uint64_t digits(std::size_t from, std::size_t count) const noexcept {
        std::uint64_t value = 0;
        for (auto i = from; i != from + count; ++i) {
            value = value * 16 + static_cast<unsigned>(text_[i] <= '9' ? text_[i] - '0' : text_[i] - 'a' + 10);
        }
        return value;
    }

    char text_[form.size() + 1] = {};
};

}  // namespace sonde

#endif
