// SPDX-License-Identifier: MIT
// Lines of JSON as the body of one request.
#ifndef SONDE_CODEC_BATCH_BODY_HPP
#define SONDE_CODEC_BATCH_BODY_HPP

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace sonde {

/// Replaces `out` by `{"events":[...]}` of `lines`, each of them a JSON value that ends with `\n`; there is no other `\n` in
/// them. May throw what allocating throws.
inline void write_batch_body(std::string_view lines, std::string& out) {
    constexpr std::string_view before = R"({"events":[)", after = "]}";
    if (lines.ends_with('\n')) { lines.remove_suffix(1); }
    out.clear();
    out.reserve(before.size() + lines.size() + after.size());
    out.append(before).append(lines).append(after);
    auto* const end = out.data() + before.size() + lines.size();
    for (auto* at = out.data() + before.size(); at != end; ++at) {
        at = static_cast<char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
        if (at == nullptr) { break; }
        *at = ',';
    }
}

}  // namespace sonde

#endif
