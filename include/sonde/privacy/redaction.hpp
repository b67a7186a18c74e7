// SPDX-License-Identifier: MIT
// Keys whose values a sink must not see.
#ifndef SONDE_PRIVACY_REDACTION_HPP
#define SONDE_PRIVACY_REDACTION_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sonde {

/// A list of keys. What stands under one of them, at whatever depth, is written as "[REDACTED]" by a codec that is given
/// the list. Case matters not, for ASCII letters; otherwise a key is the whole key.
/// *Thread safety*: reading from several threads is safe.
class redaction {
public:
    redaction() noexcept = default;
    explicit redaction(std::vector<std::string> keys) : keys_(std::move(keys)) {
        for (auto& key : keys_) {
            for (auto& each : key) { each = lower(each); }
        }
    }

    [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }
    [[nodiscard]] bool covers(std::string_view key) const noexcept {
        for (auto const& each : keys_) {
            if (same(each, key)) { return true; }
        }
        return false;
    }

private:
    static constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
    static bool same(std::string const& lowered, std::string_view key) noexcept {
        if (lowered.size() != key.size()) { return false; }
        for (std::size_t i = 0; i < key.size(); ++i) {
            if (lowered[i] != lower(key[i])) { return false; }
        }
        return true;
    }

    std::vector<std::string> keys_;
};

}  // namespace sonde

#endif
