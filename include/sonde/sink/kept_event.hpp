// SPDX-License-Identifier: MIT
// An event that outlives what it came from: a copy, with the texts and values that its views show.
#ifndef SONDE_SINK_KEPT_EVENT_HPP
#define SONDE_SINK_KEPT_EVENT_HPP

#include <sonde/event/concept.hpp>
#include <sonde/event/fields.hpp>
#include <sonde/event/for_each_member.hpp>
#include <sonde/meta/type_name.hpp>

#include <boost/hana/concept/struct.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sonde {

/// Bytes that stay where they are as long as this lives. *Errors*: what allocating throws.
class kept_bytes {
public:
    kept_bytes() noexcept = default;
    kept_bytes(kept_bytes&& other) noexcept : last_(std::exchange(other.last_, nullptr)) {}
    kept_bytes& operator=(kept_bytes&& other) noexcept {
        std::swap(last_, other.last_);
        return *this;
    }
    ~kept_bytes() {
        while (last_ != nullptr) { ::operator delete(std::exchange(last_, last_->before)); }
    }

    [[nodiscard]] std::string_view keep(std::string_view text) {
        return {static_cast<char const*>(keep(text.data(), text.size())), text.size()};
    }
    [[nodiscard]] fields keep(fields const& view) {
        return {static_cast<unsigned char const*>(keep(view.data(), view.size_bytes())), view.size_bytes(), view.in()};
    }
    /// With a terminating zero behind the bytes.
    [[nodiscard]] void const* keep(void const* source, std::size_t bytes) {
        auto* const fresh = ::new (::operator new(sizeof(block) + bytes + 1)) block{last_};
        last_ = fresh;
        auto* const place = reinterpret_cast<char*>(fresh + 1);
        if (bytes != 0) { std::memcpy(place, source, bytes); }
        place[bytes] = '\0';
        return place;
    }

private:
    // Stands before its bytes; a list of such needs neither <memory> nor <vector>.
    struct block {
        block* before;
    };
    block* last_ = nullptr;
};

namespace sink_impl {
template <class Type>
inline constexpr bool is_optional = false;
template <class Type>
inline constexpr bool is_optional<std::optional<Type>> = true;

// Makes what `member` shows its own, as far as its type is known to show anything: views, fields, and what holds them.
template <class Member>
void keep_shown(Member& member, kept_bytes& bytes) {
    if constexpr (std::same_as<Member, std::string_view> || std::same_as<Member, fields>) {
        member = bytes.keep(member);
    } else if constexpr (std::same_as<Member, char const*>) {
        if (member != nullptr) { member = static_cast<char const*>(bytes.keep(member, std::strlen(member))); }
    } else if constexpr (is_optional<Member>) {
        if (member) { keep_shown(*member, bytes); }
    } else if constexpr (boost::hana::Struct<Member>::value) {
        for_each_member(member, [&](std::string_view, auto&& part) {
            if constexpr (std::is_lvalue_reference_v<decltype(part)> &&
                          !std::is_const_v<std::remove_reference_t<decltype(part)>>) {
                keep_shown(part, bytes);
            }
        });
    } else if constexpr (requires {
                             { *member.begin() } -> std::same_as<std::string_view&>;
                         }) {
        for (auto& each : member) { keep_shown(each, bytes); }
    }
}
}  // namespace sink_impl

/// The identity of a type without RTTI, and the same one in all libraries of a process.
class type_identity {
public:
    template <class Type>
    [[nodiscard]] static type_identity of() noexcept {
        return {meta::type_name<Type>(), &mark<Type>};
    }

    friend bool operator==(type_identity const& left, type_identity const& right) noexcept {
        return left.name_ == right.name_ && (left.mark_ == right.mark_ || left.known_everywhere());
    }

private:
    template <class>
    static inline char const mark = 0;

    type_identity(std::string_view name, void const* address) noexcept : name_(name), mark_(address) {}
    // Each library may have a mark of its own for a type, but a local type, or one of an unnamed namespace, has namesakes
    // that are other types. Those are spelt with brackets, or, by clang, without what they are local to.
    [[nodiscard]] bool known_everywhere() const noexcept {
        return name_.find("::") != name_.npos && name_.find_first_of("({") == name_.npos;
    }

    std::string_view name_;
    void const* mark_;
};

/// An event of any copyable type. *Thread safety*: reading from several threads is safe.
class kept_event {
public:
    /// *Errors*: what allocating, or copying the event, throws.
    template <event Event>
        requires std::copy_constructible<Event>
    explicit kept_event(Event const& event) : identity_(type_identity::of<Event>()) {
        owner<Event> copy{new Event(event)};
        sink_impl::keep_shown(*copy.event, bytes_);
        destroy_ = [](void* object) noexcept { delete static_cast<Event*>(object); };
        event_ = std::exchange(copy.event, nullptr);
    }
    /// One that can't be copied is not kept.
    template <event Event>
        requires(!std::copy_constructible<Event>)
    explicit kept_event(Event const&) : identity_(type_identity::of<Event>()) {}

    kept_event(kept_event&& other) noexcept
        : identity_(other.identity_),
          event_(std::exchange(other.event_, nullptr)),
          destroy_(other.destroy_),
          bytes_(std::move(other.bytes_)) {}
    kept_event& operator=(kept_event&& other) noexcept {
        std::swap(identity_, other.identity_);
        std::swap(event_, other.event_);
        std::swap(destroy_, other.destroy_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~kept_event() {
        if (event_ != nullptr) { destroy_(event_); }
    }

    /// The event if it is an `Event`, else null. Its views show memory of this object.
    template <event Event>
    [[nodiscard]] Event const* as() const noexcept {
        return identity_ == type_identity::of<Event>() ? static_cast<Event const*>(event_) : nullptr;
    }

private:
    template <class Event>
    struct owner {
        Event* event;
        ~owner() { delete event; }
    };

    type_identity identity_;
    void* event_ = nullptr;
    void (*destroy_)(void*) noexcept = nullptr;
    kept_bytes bytes_;
};

}  // namespace sonde

#endif
