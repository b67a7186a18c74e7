// SPDX-License-Identifier: MIT
// What a codec is.
#ifndef SONDE_CODEC_CONCEPT_HPP
#define SONDE_CODEC_CONCEPT_HPP

#include <sonde/event/call_finished.hpp>
#include <sonde/event/envelope.hpp>

#include <cstddef>
#include <string>

namespace sonde {

/// Appends events to a text, one after the other. What it appends is whole: a codec knows nothing of files or batches.
/// `encode` takes every event type, and throws nothing but what growing the text throws; the text then ends anyhow.
/// `max_value_bytes` bounds the values it writes; larger ones are cut and marked.
/// *Thread safety*: one codec may encode on several threads at once.
template <class Codec>
concept codec = requires(Codec const& codec, call_finished const& event, envelope const& from, std::string& out) {
    codec.encode(event, from, out);
    std::size_t{codec.max_value_bytes};
};

}  // namespace sonde

#endif
