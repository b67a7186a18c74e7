// SPDX-License-Identifier: MIT
// Which senders are known, and how they are used: the standard's, those of stdexec, or another library's.
#ifndef SONDE_CALL_SENDERS_HPP
#define SONDE_CALL_SENDERS_HPP

#include <concepts>
#include <type_traits>
#include <version>

#if defined(__cpp_lib_senders)
#include <execution>
#endif

// Nothing tells a namespace to the preprocessor. Every version of stdexec leaves this macro behind, and refuses to be
// included where somebody else has defined it.
#if defined(__cpp_lib_senders)
namespace sonde::call_impl {
namespace p2300 = ::std::execution;
}
#elif defined(STDEXEC_ASSERT) && defined(STDEXEC_NAMESPACE)
namespace sonde::call_impl {
namespace p2300 = ::STDEXEC_NAMESPACE;
}
#elif defined(STDEXEC_ASSERT)
namespace sonde::call_impl {
namespace p2300 = ::stdexec;
}
#endif

namespace sonde {

#if defined(__cpp_lib_senders) || defined(STDEXEC_ASSERT)

/// Whether there are senders to be watched without more ado: the standard's, or else those of stdexec, where its header was
/// included before this one.
// Not inline: it differs between the sources of one program.
constexpr bool has_senders = true;

namespace call_impl {

/// How the senders of that library are used.
struct library_senders {
    using sender_concept = typename decltype(p2300::just())::sender_concept;  // sender_t, or sender_tag in later drafts
    static constexpr auto connect = p2300::connect;
    static constexpr auto start = p2300::start;
    static constexpr auto get_env = p2300::get_env;
    static constexpr auto set_value = p2300::set_value;
    static constexpr auto set_error = p2300::set_error;
    static constexpr auto set_stopped = p2300::set_stopped;
    template <class Sender>
    using signatures = p2300::completion_signatures_of_t<Sender>;
    template <class Sender, class Env>
    using signatures_in = p2300::completion_signatures_of_t<Sender, Env>;
};

library_senders sonde_senders(library_senders::sender_concept const*);  // never called

}  // namespace call_impl

#else

constexpr bool has_senders = false;

#endif

namespace call_impl {

/// How senders of this type are used: the result of `sonde_senders(sender_concept const*)`. For another library that
/// follows P2300R10, declare that function beside the type its senders have as `sender_concept`, with a result that has
/// what `library_senders` has.
template <class Sender>
using senders_of =
    decltype(sonde_senders(static_cast<typename std::remove_cvref_t<Sender>::sender_concept const*>(nullptr)));

/// A sender that can be kept: moved in, or copied.
template <class Given>
concept watchable_sender =
    requires { typename senders_of<Given>; } && std::constructible_from<std::remove_cvref_t<Given>, Given>;

}  // namespace call_impl

}  // namespace sonde

#endif
