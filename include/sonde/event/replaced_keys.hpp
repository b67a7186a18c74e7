// SPDX-License-Identifier: MIT
// Notices when two keys of a map become one because bytes of theirs are no UTF-8.
#ifndef SONDE_EVENT_REPLACED_KEYS_HPP
#define SONDE_EVENT_REPLACED_KEYS_HPP

#include <sonde/meta/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde::event_impl {

/// Remembers the keys that have U+FFFD in them as they are written. Most parsers keep one of several members with one key.
class replaced_keys {
public:
    static constexpr std::size_t remembered = 16;

    /// False if the key may be written as one before it is; always so from the 17th on that has U+FFFD.
    [[nodiscard]] bool add(std::string_view key) noexcept {
        bool replaced = false;
        // FNV-1a, of the text as it is written.
        std::uint64_t hash = 14'695'981'039'346'656'037U;
        auto const put = [&](std::string_view text) {
            for (char const c : text) { hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U; }
        };
        for (auto rest = key; !rest.empty();) {
            auto const length = meta::utf8_length(rest);
            auto const character = length == 0 ? replacement : rest.substr(0, length);
            replaced = replaced || character == replacement;
            put(character);
            rest.remove_prefix(length == 0 ? 1 : length);
        }
        if (!replaced) { return true; }
        for (std::size_t i = 0; i < count_; ++i) {
            if (hashes_[i] == hash) { return false; }
        }
        if (count_ == remembered) { return false; }
        hashes_[count_++] = hash;
        return true;
    }

private:
    static constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::uint64_t hashes_[remembered] = {};
    std::size_t count_ = 0;
};

}  // namespace sonde::event_impl

#endif
