// SPDX-License-Identifier: MIT
// What a server said, without the key, should it have repeated that.
#ifndef SONDE_TRANSPORT_MASKED_HPP
#define SONDE_TRANSPORT_MASKED_HPP

#include <sonde/transport/api_key.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sonde {

namespace transport_impl {

// How many bytes at the beginning of `text` are `key`, with or without backslashes in front of its characters, as JSON may
// have them: {"key":"a\/b"}. 0: they are not. A beginning of the key that the end of the text cuts off counts when it is
// longer than what may be shown of a key.
inline std::size_t key_at(std::string_view text, std::string_view key) noexcept {
    constexpr std::size_t shown = 8;
    std::size_t at = 0, matched = 0;
    for (; matched != key.size() && at != text.size(); ++matched, ++at) {
        if (text[at] == '\\' && key[matched] != '\\' && at + 1 != text.size()) { ++at; }
        if (text[at] != key[matched]) { return 0; }
    }
    return matched == key.size() || matched > shown ? at : 0;
}

}  // namespace transport_impl

/// `text` up to `most` bytes of it, and in place of each `key` what may be shown of that. To find one that begins within
/// those bytes, `text` must be longer by twice the key.
inline std::string masked(std::string_view text, api_key const& key, std::size_t most) {
    auto const secret = key.reveal_the_secret();
    std::string shown;
    for (std::size_t at = 0; at < text.size() && at < most;) {
        auto const found = secret.empty() || (text[at] != secret.front() && text[at] != '\\')
                               ? 0
                               : transport_impl::key_at(text.substr(at), secret);
        if (found == 0) {
            shown += text[at++];
        } else {
            shown += to_text(key);
            at += found;
        }
    }
    return shown;
}

}  // namespace sonde

#endif
