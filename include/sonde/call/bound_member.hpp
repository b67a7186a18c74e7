// SPDX-License-Identifier: MIT
// A member pointer with the object that it is called on.
#ifndef SONDE_CALL_BOUND_MEMBER_HPP
#define SONDE_CALL_BOUND_MEMBER_HPP

#include <sonde/meta/invoke.hpp>

#include <type_traits>

namespace sonde::call_impl {

/// A member of the object's class, with the object it is called on: callable with the member's own arguments.
template <class Member, class Object>
struct bound_member {
    Member const& member;
    Object&& object;

    template <class... P>
        requires std::is_invocable_v<Member const&, Object, P...>
    constexpr std::invoke_result_t<Member const&, Object, P...> operator()(P&&... arguments) const
        noexcept(std::is_nothrow_invocable_v<Member const&, Object, P...>) {
        return meta::invoke(member, static_cast<Object&&>(object), static_cast<P&&>(arguments)...);
    }
};

}  // namespace sonde::call_impl

#endif
