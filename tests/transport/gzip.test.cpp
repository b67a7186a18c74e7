// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/gzip.hpp>

#include <cstddef>
#include <string>
#include <zlib.h>

namespace {
std::string plain(std::string packed) {
    z_stream stream{};
    std::string out(std::size_t{4} << 20, '\0');
    REQUIRE(::inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
    CHECK(stream.avail_in == 0);
    out.resize(stream.total_out);
    ::inflateEnd(&stream);
    return out;
}
}  // namespace

TEST_CASE("what is compressed is what it was, one text after the other") {
    sonde::gzip gzip;
    std::string packed = "what was there before", noise;
    for (unsigned i = 0, value = 1; i < 300'000; ++i) {
        value = value * 1'664'525U + 1'013'904'223U;
        noise += static_cast<char>(value >> 24);
    }
    for (auto const& text : {std::string(), std::string("x"), std::string(1'000'000, 'a'), noise, std::string("x")}) {
        REQUIRE(gzip.compress(text, packed));
        CHECK((plain(packed) == text));
    }
    REQUIRE(gzip.compress(std::string(1'000'000, 'a'), packed));
    CHECK(packed.size() < 10'000);
}
