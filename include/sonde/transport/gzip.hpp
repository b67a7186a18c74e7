// SPDX-License-Identifier: MIT
// Compresses the bodies of requests.
#ifndef SONDE_TRANSPORT_GZIP_HPP
#define SONDE_TRANSPORT_GZIP_HPP

#include <string>
#include <string_view>
#include <zlib.h>

namespace sonde {

/// Writes gzip, as `Content-Encoding: gzip` says. What it works with, a quarter of a megabyte, is kept for the next body.
/// *Thread safety*: one thread at a time. *Source*: RFC 1952.
class gzip {
public:
    gzip() noexcept = default;
    gzip(gzip const&) = delete;  // zlib's state knows where it lies
    gzip& operator=(gzip const&) = delete;
    ~gzip() {
        if (begun_) { ::deflateEnd(&stream_); }
    }

    /// Replaces `out`. False when there is no memory for it. May throw what allocating throws.
    [[nodiscard]] bool compress(std::string_view bytes, std::string& out) {
        constexpr int window_with_header = 15 + 16, memory = 8;
        if (!begun_) {
            // The fastest level: JSON shrinks to a fraction at any, and the processor is the user's.
            begun_ = ::deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window_with_header, memory,
                                    Z_DEFAULT_STRATEGY) == Z_OK;
        }
        if (!begun_ || ::deflateReset(&stream_) != Z_OK) { return false; }
        out.resize(::deflateBound(&stream_, static_cast<uLong>(bytes.size())));
        // zlib's interface predates const; it writes nothing there.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (::deflate(&stream_, Z_FINISH) != Z_STREAM_END) { return false; }
        out.resize(out.size() - stream_.avail_out);
        return true;
    }

private:
    z_stream stream_{};
    bool begun_ = false;
};

}  // namespace sonde

#endif
