// SPDX-License-Identifier: MIT
// A secret that is not shown by accident.
#ifndef SONDE_TRANSPORT_API_KEY_HPP
#define SONDE_TRANSPORT_API_KEY_HPP

#include <fmt/core.h>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace sonde {

namespace transport_impl {
// Through volatile, since what is never read again need not be written as far as the compiler is concerned.
inline void wipe(char* bytes, std::size_t size) noexcept {
    for (auto* at = static_cast<char volatile*>(bytes); size != 0; --size) { *at++ = '\0'; }
}
}  // namespace transport_impl

/// What a server knows us by. Printed, in whatever way, it is its first 8 and last 4 characters when it has at least 32,
/// else `***`. The memory it lies in is overwritten when it goes.
/// *Thread safety*: of a value.
class api_key {
public:
    api_key() noexcept = default;
    template <std::convertible_to<std::string_view> Text>
    api_key(Text const& text) : api_key(std::string_view(text), nullptr) {}
    api_key(api_key const& other) : api_key(other.reveal_the_secret(), nullptr) {}
    api_key(api_key&& other) noexcept
        : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    api_key& operator=(api_key other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~api_key() {
        transport_impl::wipe(bytes_, size_);
        delete[] bytes_;
    }

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// The key itself: for the request that needs it, and nothing that is ever shown.
    [[nodiscard]] std::string_view reveal_the_secret() const noexcept { return {bytes_, size_}; }

private:
    // Not a std::string: short ones leave a copy behind wherever they are moved from.
    api_key(std::string_view text, std::nullptr_t) : bytes_(new char[text.size()]), size_(text.size()) {
        if (size_ != 0) { std::memcpy(bytes_, text.data(), size_); }
    }

    char* bytes_ = nullptr;
    std::size_t size_ = 0;
};

/// As much of it as may be shown; what is no visible character of ASCII, as `?`.
inline std::string to_text(api_key const& key) {
    constexpr std::size_t shortest = 32, first = 8, last = 4;
    if (key.size() < shortest) { return "***"; }
    auto const secret = key.reveal_the_secret();
    std::string text(secret.substr(0, first));
    text.append("...").append(secret.substr(secret.size() - last));
    for (auto& each : text) { each = each > ' ' && each <= '~' ? each : '?'; }
    return text;
}

template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, api_key const& key) {
    return out << to_text(key).c_str();
}

}  // namespace sonde

// Without a width and the like: that code is in fmt/format.h, twice what fmt/core.h is.
template <>
struct fmt::formatter<sonde::api_key> {
    constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
    template <class Context>
    auto format(sonde::api_key const& key, Context& context) const {
        auto out = context.out();
        for (char const each : sonde::to_text(key)) { *out++ = each; }
        return out;
    }
};

#endif
