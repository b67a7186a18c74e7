// SPDX-License-Identifier: MIT
// A section's fields as one JSON object.
#ifndef SONDE_CODEC_JSON_SECTION_HPP
#define SONDE_CODEC_JSON_SECTION_HPP

#include <sonde/codec/json_text.hpp>
#include <sonde/codec/json_value.hpp>
#include <sonde/codec/text_writer.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/value_reader.hpp>
#include <sonde/event/value_type.hpp>
#include <sonde/meta/utf8.hpp>
#include <sonde/privacy/redaction.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

namespace sonde {

namespace codec_impl {

// A member of the object to be: a field, or a member of a value that is its section.
struct section_member {
    std::string_view key;
    value_reader value;
    std::uint64_t missed = 0;
    bool cut = false;
    bool only_mark = false;  // an object that is its section and too long: gives the members of its mark
};

// Writes the value, and if its text is too long, a mark with the text's head in its place.
inline void write_bounded(text_writer& writer, section_member const& member, std::size_t max_value_bytes,
                          redaction const* hidden) {
    auto const start = writer.position();
    auto reader = member.value;
    auto const structure = is_structure(reader.peek());
    std::size_t added = 0;
    if (value_token token; !structure && reader.next(token)) {
        write_scalar_token(writer, token, max_value_bytes);
    } else {
        added = write_json_value(writer, reader, max_value_bytes, hidden);
    }
    if (!member.cut && !structure) [[likely]] { return; }
    auto const text = writer.since(start).substr(0, writer.position() - start - added);
    if (!member.cut && text.size() <= max_value_bytes) { return; }
    std::string const head(meta::utf8_head(text, max_value_bytes));
    auto const bytes = text.size() + member.missed;
    writer.back_to(start);
    member.only_mark ? write_mark_members(writer, bytes, head) : write_mark(writer, bytes, head);
}

// Members are compared with each other up to this many: it takes time by the square of it.
inline constexpr std::size_t compared = 64;

inline std::string_view key_of(field const& each, value_type type) noexcept {
    if (!each.whole) { return each.key; }
    return type == value_type::array ? "items" : "value";
}

inline section_member as_member(field const& each) noexcept {
    return {.key = key_of(each, each.value().peek()), .value = each.value(), .missed = each.missed, .cut = each.cut};
}

// Whether some key may stand twice among those noted: told by six bits of a hash, so more often than it does.
class noted_keys {
public:
    /// True if it may be there already.
    bool note(std::string_view key) noexcept {
        unsigned hash = 0;
        if (!key.empty()) {
            auto const at = [&](std::size_t i) { return static_cast<unsigned char>(key[i]); };
            hash = static_cast<unsigned>(key.size()) * 7U + at(0) + at(key.size() / 2) * 5U + at(key.size() - 1) * 11U;
        }
        auto const bit = std::uint64_t{1} << (hash % 64);
        auto const there = (seen_ & bit) != 0;
        seen_ |= bit;
        return there;
    }

private:
    std::uint64_t seen_ = 0;
};

// Writes members one after another, for as long as they are as nearly all are: no key twice, nothing cut, no object that
// is the section.
class plain_members {
public:
    plain_members(text_writer& writer, std::size_t max_value_bytes, redaction const* hidden) noexcept
        : writer_(writer), max_value_bytes_(max_value_bytes), hidden_(hidden) {}

    void next_section() noexcept {
        keys_ = {};
        count_ = 0;
    }

    /// False, with nothing written, if this one is not.
    bool write(field const& each) {
        auto const type = each.value().peek();
        if (each.cut || (each.whole && (type == value_type::object || type == value_type::opaque))) { return false; }
        auto const key = key_of(each, type);
        if (count_++ == 0) {
            first_ = reinterpret_cast<unsigned char const*>(each.key.data()) - sizeof(fields::header);
        }
        if (count_ <= compared && keys_.note(key) && stands_before(each, key)) [[unlikely]] { return false; }
        writer_.room(key.size() + 44);
        if (writer_.last() != '{') { writer_.put(','); }
        if (each.plain_key || each.whole) [[likely]] {
            writer_.put('"');
            writer_.put(key);
            writer_.put("\":");
        } else {
            write_json_string(writer_, key);
            writer_.room(41);
            writer_.put(':');
        }
        if (hidden_ != nullptr && hidden_->covers(key)) [[unlikely]] {
            writer_.text(redacted_value);
        } else if (!write_scalar(each, type)) {
            write_bounded(writer_, as_member(each), max_value_bytes_, hidden_);
        }
        return true;
    }

private:
    // What most values are, straight from their bytes. False, with nothing written, if this one is something else.
    bool write_scalar(field const& each, value_type type) {
        constexpr auto head = sizeof type + sizeof(std::uint32_t);
        auto const* const value = each.data + sizeof type;
        if (type == value_type::string) {
            if (each.size < head || each.size - head > max_value_bytes_) { return false; }
            write_json_string(writer_, {reinterpret_cast<char const*>(each.data) + head, each.size - head});
        } else if (each.size != sizeof type + sizeof(std::uint64_t)) {
            return false;
        } else if (type == value_type::signed_integer) {
            writer_.put_number(read<std::int64_t>(value));
        } else if (type == value_type::unsigned_integer) {
            writer_.put_number(read<std::uint64_t>(value));
        } else if (type == value_type::float64) {
            write_json_number(writer_, read<double>(value));
        } else {
            return false;
        }
        return true;
    }
    template <class Number>
    static Number read(unsigned char const* bytes) noexcept {
        Number value;
        std::memcpy(&value, bytes, sizeof value);
        return value;
    }

    [[nodiscard]] bool stands_before(field const& later, std::string_view key) const {
        auto found = false;
        fields const section(first_, static_cast<std::size_t>(later.data - first_) + later.size, later.in);
        static_cast<void>(section.for_each([&](field const& each) {
            found = each.data != later.data && key_of(each, each.value().peek()) == key;
            return !found && each.data != later.data;
        }));
        return found;
    }

    text_writer& writer_;
    std::size_t max_value_bytes_;
    redaction const* hidden_;
    noted_keys keys_;
    unsigned char const* first_ = nullptr;  // of the section
    std::size_t count_ = 0;
};

class section_writer {
public:
    section_writer(text_writer& writer, fields const& first, fields const& more, std::size_t max_value_bytes,
                   redaction const* hidden) noexcept
        : writer_(writer), first_(first), more_(more), max_value_bytes_(max_value_bytes), hidden_(hidden) {}

    void write() {
        auto const start = writer_.position();
        if (more_.size_bytes() == 0 && write_plainly()) { return; }
        writer_.back_to(start);
        for_each_field([&](field const& each) { gather(each); });
        if (objects_ != 0 && count_ == 1) {  // a result that is an object, and nothing else
            return write_bounded(writer_, members_[0], max_value_bytes_, hidden_);
        }
        if (objects_ != 0) {
            count_ = 0, keys_ = {}, repeats_ = false;
            for_each_member([&](section_member const& member) { add(member); });
        }
        writer_.character('{');
        if (count_ > compared) {
            for_each_member([&](section_member const& member) { write_member(member); });
        } else {
            for (std::size_t i = 0; i < count_; ++i) {
                if (!repeats_ || is_last(i)) { write_member(members_[i]); }
            }
        }
        writer_.character('}');
    }

private:
    // False, with part of it written, if there is more to it.
    bool write_plainly() {
        plain_members members(writer_, max_value_bytes_, hidden_);
        writer_.character('{');
        auto const whole = first_.for_each([&](field const& each) { return members.write(each); });
        writer_.character('}');
        return whole;
    }

    template <class Visit>
    void for_each_field(Visit&& visit) const {
        for (auto const& section : {first_, more_}) {
            section.for_each([&](field const& each) { return visit(each), true; });
        }
    }

    void gather(field const& each) {
        auto const member = as_member(each);
        if (each.whole && (member.value.peek() == value_type::object || member.value.peek() == value_type::opaque)) {
            ++objects_;
        }
        add(member);
    }

    void add(section_member const& member) noexcept {
        if (count_++ >= compared) { return; }
        ::new (&members_[count_ - 1]) section_member(member);
        repeats_ = keys_.note(member.key) || repeats_;
    }

    [[nodiscard]] bool is_last(std::size_t index) const noexcept {
        for (auto later = index + 1; later < count_; ++later) {
            if (members_[later].key == members_[index].key) { return false; }
        }
        return true;
    }

    // Calls `visit` with each member, those of an object that is its section one by one.
    template <class Visit>
    void for_each_member(Visit&& visit) {
        for_each_field([&](field const& each) {
            auto member = as_member(each);
            if (!each.whole || member.value.peek() != value_type::object) { return visit(member); }
            member.only_mark = each.cut || too_long(each);
            if (member.only_mark) { return visit(member); }

            value_token token;
            auto reader = member.value;
            reader.next(token);  // the opening bracket
            while (reader.next(token) && token.type == value_type::key) {
                section_member const part{.key = token.text, .value = reader};
                skip_value(reader);
                visit(part);
            }
        });
    }

    bool too_long(field const& object) {
        // One byte of a captured value becomes at most six of text.
        if (object.size <= max_value_bytes_ / 6) { return false; }
        auto const start = writer_.position();
        auto reader = object.value();
        write_json_value(writer_, reader, max_value_bytes_, hidden_);
        auto const size = writer_.since(start).size();
        writer_.back_to(start);
        return size > max_value_bytes_;
    }

    void write_member(section_member const& member) {
        if (writer_.last() != '{') { writer_.character(','); }
        if (!member.only_mark) {
            write_json_string(writer_, member.key);
            writer_.character(':');
            if (hidden_ != nullptr && hidden_->covers(member.key)) { return writer_.text(redacted_value); }
        }
        write_bounded(writer_, member, max_value_bytes_, hidden_);
    }

    text_writer& writer_;
    fields const& first_;
    fields const& more_;
    std::size_t max_value_bytes_;
    redaction const* hidden_;
    std::size_t count_ = 0;
    std::size_t objects_ = 0;  // fields that are their section and have members, or look so
    noted_keys keys_;
    bool repeats_ = false;
    union {
        section_member members_[compared];  // as many as were counted: clearing them all would take longer than a line
    };
};

}  // namespace codec_impl

/// Writes the fields of a section, and `more` of them, as one object. A value that is its section gives its members, or
/// is "items" (a sequence) or "value" (a scalar). Of members with one key the last stands. What stands under a key that
/// `hidden` covers, at whatever depth, is "[REDACTED]".
/// *Units and bounds*: a value whose text is longer than `max_value_bytes` becomes `{"truncated":true,"bytes":N,"head":"…"}`.
/// Beyond 64 members keys are not compared, and repeated ones all stand.
inline void write_json_section(text_writer& writer, fields const& section, fields const& more,
                               std::size_t max_value_bytes, redaction const* hidden = nullptr) {
    codec_impl::section_writer(writer, section, more, max_value_bytes, hidden).write();
}

/// The same for all three sections of an event at once, where they lie in the same bytes in their order and nothing about
/// them is unusual: `{…},"output_data":{…},"metadata":{…}`. False, with nothing written, where it is.
inline bool write_json_sections(text_writer& writer, fields const& all, std::size_t max_value_bytes,
                                redaction const* hidden = nullptr) {
    auto const start = writer.position();
    codec_impl::plain_members members(writer, max_value_bytes, hidden);
    auto in = section::input;
    auto const go_on_to = [&](section next) {
        for (; in < next; in = static_cast<section>(static_cast<unsigned>(in) + 1)) {
            in == section::input ? writer.literal("},\"output_data\":{") : writer.literal("},\"metadata\":{");
            members.next_section();
        }
    };
    writer.character('{');
    auto const plain = all.for_each_of_all([&](field const& each) {
        if (each.in < in || each.in > section::metadata) { return false; }
        go_on_to(each.in);
        return members.write(each);
    });
    if (!plain) { return writer.back_to(start), false; }
    go_on_to(section::metadata);
    writer.character('}');
    return true;
}

}  // namespace sonde

#endif
