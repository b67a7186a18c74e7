// SPDX-License-Identifier: MIT
// An object that lives as long as anyone refers to it.
#ifndef SONDE_CONTEXT_SHARED_HPP
#define SONDE_CONTEXT_SHARED_HPP

#include <sonde/context/counter.hpp>

#include <cstddef>
#include <utility>

namespace sonde {

/// Owns an `Object` together with all its copies; the last one destroys it. What `std::shared_ptr` does, without <memory>
/// (35,000 preprocessed lines with libstdc++ 12), and with one allocation and one pointer. Moving copies: a decorated
/// callable that was moved from can be called as long as the callable can, and must still find its monitor and hooks.
/// *Thread safety*: as `std::shared_ptr`: distinct copies may be used from distinct threads.
template <class Object>
class shared {
    struct counted {
        context_impl::counter owners{1};
        Object object;
        template <class... Args>
        explicit counted(Args&&... args) : object(static_cast<Args&&>(args)...) {}
    };

public:
    template <class... Args>
    [[nodiscard]] static shared make(Args&&... args) {
        return shared(new counted(static_cast<Args&&>(args)...));
    }

    /// What `from` kept; it keeps nothing after that, which moving it would not do.
    [[nodiscard]] static shared taken(shared& from) noexcept { return shared(std::exchange(from.counted_, nullptr)); }

    constexpr shared() noexcept = default;
    constexpr shared(std::nullptr_t) noexcept {}
    constexpr shared(shared const& other) noexcept : counted_(other.counted_) {
        if (counted_ != nullptr) { counted_->owners.add(1); }
    }
    shared& operator=(shared other) noexcept {
        std::swap(counted_, other.counted_);
        return *this;
    }
    constexpr ~shared() {
        if (counted_ != nullptr && counted_->owners.release()) { destroy(counted_); }
    }

    [[nodiscard]] Object* get() const noexcept { return counted_ == nullptr ? nullptr : &counted_->object; }
    /// *Requires*: it is not empty.
    [[nodiscard]] Object& operator*() const noexcept {
        // Else g++ 12 follows the path on which it is empty, where copying asks, and warns of what it finds there.
        if (counted_ == nullptr) { __builtin_unreachable(); }
        return counted_->object;
    }
    [[nodiscard]] Object* operator->() const noexcept { return &**this; }
    constexpr explicit operator bool() const noexcept { return counted_ != nullptr; }
    friend constexpr bool operator==(shared const&, shared const&) = default;

private:
    // Out of line: where several owners are inlined into one function, g++ 12 takes the release of one for a use after the
    // deletion by another, and warns (-Wuse-after-free).
    [[gnu::noinline]] static void destroy(counted* object) noexcept { delete object; }

    constexpr explicit shared(counted* object) noexcept : counted_(object) {}
    counted* counted_ = nullptr;
};

}  // namespace sonde

#endif
