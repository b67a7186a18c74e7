// SPDX-License-Identifier: MIT
// The exception being handled, as text: "Type: what".
#ifndef SONDE_CALL_EXCEPTION_TEXT_HPP
#define SONDE_CALL_EXCEPTION_TEXT_HPP

#include <sonde/meta/catching.hpp>

#include <exception>
#include <string>
#include <string_view>

#if __has_include(<cxxabi.h>)
#include <cstdlib>
#include <cxxabi.h>
#include <typeinfo>
#endif

namespace sonde::call_impl {

/// The name of the type thrown; empty where the platform doesn't tell.
inline std::string thrown_type() {
#if __has_include(<cxxabi.h>)
    // The type thrown, not the one caught, and known without RTTI too: what is thrown always carries it.
    auto const* const type = abi::__cxa_current_exception_type();
    if (type == nullptr) { return {}; }
    int result = 0;
    char* const name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &result);
    std::string text(result == 0 && name != nullptr ? name : type->name());
    std::free(name);
    return text;
#else
    return {};
#endif
}

/// "Type: what" of the exception being handled; only "Type" where it says nothing. *Requires*: within a handler.
inline std::string exception_text() noexcept {
#if defined(__cpp_exceptions)
    std::string text;
    // A thread that is being cancelled unwinds with something that is no C++ exception: it has no type to ask for, and must
    // not be caught once more.
    if (std::current_exception() == nullptr) { return "unknown exception"; }
    auto const say = [&](std::string_view otherwise, std::string_view what) {
        text = thrown_type();
        if (text.empty()) { text = otherwise; }
        text.append(": ").append(what);
    };
    try {
        try {
            throw;
        } catch (std::exception const& error) {
            auto const* const what = error.what();
            say("std::exception", what == nullptr ? "" : what);
        } catch (std::string const& message) { say("std::string", message); } catch (char const* message) {
            say("char const*", message == nullptr ? "" : message);
        } catch (...) {
            text = thrown_type();
            if (text.empty()) { text = "unknown exception"; }
        }
    } catch (...) {}  // no memory for the text: what there is of it will do
    return text;
#else
    return {};
#endif
}

}  // namespace sonde::call_impl

#endif
