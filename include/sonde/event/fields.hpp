// SPDX-License-Identifier: MIT
// The captured members of an event: named values, each in a section (input, output, metadata).
#ifndef SONDE_EVENT_FIELDS_HPP
#define SONDE_EVENT_FIELDS_HPP

#include <sonde/event/value_reader.hpp>
#include <sonde/event/value_type.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

namespace sonde {

/// Which member of an event a captured value belongs to.
enum class section : std::uint8_t { input, output, metadata };

/// One captured value with its key. The key of a value that *is* its section (a result, `run.input(question)`) is empty
/// and `whole` is true: on the wire an object then stands as it is, a sequence becomes `{"items":[…]}`, a scalar
/// `{"value":…}`.
struct field {
    std::string_view key;
    section in = section::input;
    bool whole = false;
    bool plain_key = false;    ///< known to have nothing in it that JSON must escape; false where nobody has looked
    bool cut = false;          ///< the value was too large to be kept: `value()` yields its head
    std::uint64_t missed = 0;  ///< of a cut value: bytes of text beyond what was kept
    unsigned char const* data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] value_reader value() const noexcept { return {data, size}; }
};

/// The fields of one section, in the order written: a view into bytes that someone else keeps (the open call, a queue,
/// `memory_sink`). *Thread safety*: reading from several threads is safe.
class fields {
public:
    /// What stands before each field's key and value in the bytes. Behind the value of one that is `cut` stands how much
    /// was missed.
    struct header {
        std::uint32_t size;  // of all that follows
        std::uint16_t key_size;
        section in;
        std::uint8_t flags;
    };
    using missed_bytes = std::uint64_t;
    static constexpr std::uint8_t whole_flag = 1, cut_flag = 2, plain_key_flag = 4;
    static constexpr std::size_t max_key_bytes = 0xFFFF;

    class iterator {
    public:
        using value_type = field;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(unsigned char const* at, unsigned char const* end, section in) noexcept : at_(at), end_(end), in_(in) {
            settle();
        }

        field const& operator*() const noexcept { return field_; }
        field const* operator->() const noexcept { return &field_; }
        iterator& operator++() noexcept {
            at_ = next_;
            settle();
            return *this;
        }
        iterator operator++(int) noexcept {
            auto const before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(iterator const& left, iterator const& right) noexcept { return left.at_ == right.at_; }

    private:
        // Stops at the next field of the section.
        void settle() noexcept {
            next_ = at_;
            while (read(next_, end_, field_)) {
                if (field_.in == in_) { return; }
                at_ = next_;
            }
            at_ = end_;
        }

        unsigned char const* at_ = nullptr;
        unsigned char const* end_ = nullptr;
        unsigned char const* next_ = nullptr;
        section in_ = section::input;
        field field_;
    };

    constexpr fields() noexcept = default;
    constexpr fields(unsigned char const* data, std::size_t size, section in) noexcept
        : data_(data), size_(size), in_(in) {}

    /// Calls `visit(field)` for each, until it answers false; then answers false itself. Quicker than the iterators.
    template <class Visit>
    bool for_each(Visit&& visit) const {
        return for_each_of_all([&](field const& each) { return each.in != in_ || visit(each); });
    }
    /// The same for the fields of all sections that the bytes hold.
    template <class Visit>
    bool for_each_of_all(Visit&& visit) const {
        auto const* const end = data_ + size_;
        field found;
        for (auto const* at = data_; read(at, end, found);) {
            if (!visit(static_cast<field const&>(found))) { return false; }
        }
        return true;
    }

    [[nodiscard]] iterator begin() const noexcept { return {data_, data_ + size_, in_}; }
    [[nodiscard]] iterator end() const noexcept { return {data_ + size_, data_ + size_, in_}; }
    [[nodiscard]] bool empty() const noexcept { return begin() == end(); }

    /// The bytes that hold this section, and perhaps others: what a sink copies to keep the fields.
    [[nodiscard]] constexpr unsigned char const* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size_bytes() const noexcept { return size_; }
    [[nodiscard]] constexpr section in() const noexcept { return in_; }

    /// The scalar under `key` as `Value` (bool, an arithmetic type that holds it exactly, or `std::string_view`); empty
    /// when there is none or it is of another type. Of several with the same key the last. The key "" means the value
    /// that is the section.
    template <class Value>
    [[nodiscard]] std::optional<Value> get(std::string_view key) const noexcept;

private:
    // The field at `at`, which then stands behind it. Looks at its header only, and believes no length: bytes that end early
    // end the reading.
    [[gnu::always_inline]] static bool read(unsigned char const*& at, unsigned char const* end, field& found) noexcept {
        if (static_cast<std::size_t>(end - at) < sizeof(header)) { return false; }
        header head{};
        std::memcpy(&head, at, sizeof head);
        auto const* const key = at + sizeof head;
        auto const cut = (head.flags & cut_flag) != 0;
        auto const least = head.key_size + (cut ? sizeof(missed_bytes) : 0);
        if (head.size > static_cast<std::size_t>(end - key) || least > head.size) { return false; }
        at = key + head.size;
        found = {.key = {reinterpret_cast<char const*>(key), head.key_size},
                 .in = head.in,
                 .whole = (head.flags & whole_flag) != 0,
                 .plain_key = (head.flags & plain_key_flag) != 0,
                 .cut = cut,
                 .missed = 0,
                 .data = key + head.key_size,
                 .size = head.size - least};
        if (cut) { std::memcpy(&found.missed, at - sizeof(missed_bytes), sizeof(missed_bytes)); }
        return true;
    }

    unsigned char const* data_ = nullptr;
    std::size_t size_ = 0;
    section in_ = section::input;
};

namespace event_impl {
template <class Value>
std::optional<Value> scalar_as(value_token const& token) noexcept {
    auto const number = [](auto from) -> std::optional<Value> {
        auto const to = static_cast<Value>(from);
        if constexpr (std::is_integral_v<Value>) {
            if (!(static_cast<decltype(from)>(to) == from) || (to < Value{}) != (from < decltype(from){})) {
                return {};
            }
        }
        return to;
    };
    if constexpr (std::same_as<Value, bool>) {
        if (token.type == value_type::boolean) { return token.boolean; }
    } else if constexpr (std::same_as<Value, std::string_view>) {
        if (token.type == value_type::string || token.type == value_type::cut_string) { return token.text; }
    } else {
        static_assert(std::is_arithmetic_v<Value>, "sonde: fields::get reads bool, numbers and std::string_view");
        if (token.type == value_type::signed_integer) { return number(token.signed_integer); }
        if (token.type == value_type::unsigned_integer) { return number(token.unsigned_integer); }
        if constexpr (std::is_floating_point_v<Value>) {
            if (token.type == value_type::float32) { return static_cast<Value>(token.float32); }
            if (token.type == value_type::float64) { return static_cast<Value>(token.float64); }
        }
    }
    return {};
}
}  // namespace event_impl

template <class Value>
std::optional<Value> fields::get(std::string_view key) const noexcept {
    std::optional<Value> found;
    for (auto const& each : *this) {
        value_token token;
        if (each.key == key && each.value().next(token)) { found = event_impl::scalar_as<Value>(token); }
    }
    return found;
}

}  // namespace sonde

#endif
