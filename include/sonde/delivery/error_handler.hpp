// SPDX-License-Identifier: MIT
// What is called when something goes wrong that no caller should hear of.
#ifndef SONDE_DELIVERY_ERROR_HANDLER_HPP
#define SONDE_DELIVERY_ERROR_HANDLER_HPP

#include <sonde/context/shared.hpp>
#include <sonde/event/exception.hpp>
#include <sonde/meta/catching.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace sonde {

/// Any function that takes a `sonde::exception const&`, or none. Copies share the function. What it throws is caught.
/// *Thread safety*: may be called by several threads at once, and then calls the function so.
class error_handler {
    struct callable {
        void* function;
        void (*call)(void*, exception const&);
        void (*destroy)(void*);

        callable(void* object, void (*caller)(void*, exception const&), void (*destroyer)(void*)) noexcept
            : function(object), call(caller), destroy(destroyer) {}
        callable(callable const&) = delete;  // owns its function
        callable& operator=(callable const&) = delete;
        ~callable() { destroy(function); }
    };

public:
    error_handler() noexcept = default;

    template <class Function>
        requires(!std::same_as<std::remove_cvref_t<Function>, error_handler> &&
                 std::invocable<std::decay_t<Function>&, exception const&>)
    error_handler(Function&& function) {
        using held = std::decay_t<Function>;
        // A null pointer, an empty std::function; a function itself is never null, and g++ warns of asking.
        if constexpr (!std::is_function_v<std::remove_reference_t<Function>> &&
                      requires { static_cast<bool>(function == nullptr); }) {
            if (function == nullptr) { return; }
        }
        auto* const object = new held(static_cast<Function&&>(function));
        callable_ = meta::catching(
            [&] {
                return shared<callable>::make(
                    static_cast<void*>(object),
                    [](void* it, exception const& error) { static_cast<void>((*static_cast<held*>(it))(error)); },
                    [](void* it) { delete static_cast<held*>(it); });
            },
            [&]() -> shared<callable> {
                delete object;
                meta::rethrow();
            });
    }

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(callable_); }

    /// Calls the function, if there is one. False when that threw.
    bool operator()(exception const& error) const noexcept {
        if (!callable_) { return true; }
        return meta::catching(
            [&] {
                callable_->call(callable_->function, error);
                return true;
            },
            [] { return false; });
    }

private:
    shared<callable> callable_;
};

}  // namespace sonde

#endif
