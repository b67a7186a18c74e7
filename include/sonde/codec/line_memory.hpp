// SPDX-License-Identifier: MIT
// What the lines of a site have in common, remembered as it was written.
#ifndef SONDE_CODEC_LINE_MEMORY_HPP
#define SONDE_CODEC_LINE_MEMORY_HPP

#include <sonde/codec/json_text.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/codec/wire_event.hpp>
#include <sonde/event/kind.hpp>
#include <sonde/event/level.hpp>
#include <sonde/time/timestamp_text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sonde {

/// The parts of a line that are made of its site's texts: before the timestamp, and from the name to the level.
struct line_parts {
    std::string before, between;

    static void write_before(text_writer& writer, wire_event const& event) {
        writer.literal("{\"agent_id\":");
        write_json_string(writer, event.from->agent_id);
        writer.literal(",\"event_type\":");
        write_json_string(writer, event.from->event_type);
        writer.literal(",\"timestamp\":\"");
    }
    static void write_between(text_writer& writer, wire_event const& event) {
        writer.literal(",\"name\":");
        write_json_string(writer, event.name);
        writer.literal(",\"kind\":\"");
        writer.text(to_text(event.kind));
        writer.literal("\",\"channel\":");
        write_json_string(writer, event.from->channel);
        writer.literal(",\"level\":\"");
        writer.text(to_text(event.from->level));
        writer.literal("\",\"duration_ns\":");
    }
};

/// For whoever encodes many events, one after the other: those of a site have their texts in common, and those of a second
/// their date.
/// *Units and bounds*: 64 sites, of 512 bytes of text each at most; others are written anew each time.
/// *Errors*: what growing a string throws; then it remembers less. *Thread safety*: one thread at a time.
class line_memory {
public:
    /// Null: they are not to be remembered. *Lifetime*: until the next call.
    line_parts const* parts(wire_event const& event) {
        auto const& from = *event.from;
        // As they lie in a record, one behind the other, they are compared at once.
        std::string_view const texts(event.name.data(), event.name.size() + from.event_type.size() +
                                                            from.channel.size() + from.agent_id.size());
        auto const one_behind_the_other = from.event_type.data() == event.name.data() + event.name.size() &&
                                          from.channel.data() == from.event_type.data() + from.event_type.size() &&
                                          from.agent_id.data() == from.channel.data() + from.channel.size();
        if (!one_behind_the_other || texts.size() < 8 || texts.size() > most_bytes) { return nullptr; }
        facts const of_event{static_cast<std::uint32_t>(event.name.size()),
                             static_cast<std::uint32_t>(from.event_type.size()),
                             static_cast<std::uint32_t>(from.channel.size()), event.kind, from.level};
        auto& place = places_[place_of(texts, of_event)];
        if (!(place.of == of_event) || place.texts != texts) { fill(place, event, of_event, texts); }
        return &place.parts;
    }

    timestamp_writer timestamps;

private:
    static constexpr std::size_t places = 64, most_bytes = 512;

    struct facts {
        std::uint32_t name, event_type, channel;
        sonde::kind kind;
        sonde::level level;
        friend bool operator==(facts const&, facts const&) = default;
    };
    struct remembered {
        facts of{};
        std::string texts;
        line_parts parts;
    };

    static std::size_t place_of(std::string_view texts, facts const& of) noexcept {
        // By the beginning and the end of the name, which tell most apart.
        std::uint64_t first = 0, last = 0;
        std::memcpy(&first, texts.data(), sizeof first);
        std::memcpy(&last, texts.data() + (of.name < sizeof last ? 0 : of.name - sizeof last), sizeof last);
        auto const mixed = first ^ last << 1 ^ std::uint64_t{of.name} << 56 ^ static_cast<std::uint64_t>(of.level);
        return static_cast<std::size_t>(mixed * 0x9E37'79B9'7F4A'7C15 >> 58);
    }

    static void fill(remembered& place, wire_event const& event, facts const& of, std::string_view texts) {
        place.texts.clear();  // should memory run out, it is nobody's
        place.parts = {};
        text_writer before(place.parts.before);
        line_parts::write_before(before, event);
        before.finish();
        text_writer between(place.parts.between);
        line_parts::write_between(between, event);
        between.finish();
        place.texts = texts;
        place.of = of;
    }

    remembered places_[places];
};

}  // namespace sonde

#endif
