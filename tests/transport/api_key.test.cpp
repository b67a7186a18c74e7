// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/transport/api_key.hpp>

#include <fmt/core.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

using sonde::api_key;

namespace {
constexpr std::string_view secret = "0123456789abcdefghijklmnopqrstuvwxyz";
std::atomic<bool> watched{false};
std::atomic<int> given_back{0}, with_secret{0};
}  // namespace

// Memory on its way back is looked into. Not inlined: g++ 12 would warn that what one of them took is freed by another.
[[gnu::noinline]] void* operator new(std::size_t size) { return std::malloc(size != 0 ? size : 1); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return std::malloc(size != 0 ? size : 1); }
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return std::malloc(size != 0 ? size : 1);
}
[[gnu::noinline]] void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
    return std::malloc(size != 0 ? size : 1);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept {
    if (watched && memory != nullptr) {
        ++given_back;
        if (static_cast<char const*>(memory)[0] == '0') { ++with_secret; }
    }
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept { operator delete[](memory); }

TEST_CASE("a key is shown by its ends, in every way there is to show it") {
    auto const shown = [](std::string_view text) {
        api_key const key(text);
        std::ostringstream out;
        out << key;
        CHECK(out.str() == sonde::to_text(key));
        CHECK(fmt::format("{}", key) == sonde::to_text(key));
        return sonde::to_text(key);
    };
    CHECK(shown(secret) == "01234567...wxyz");
    CHECK(shown(secret.substr(0, 32)) == "01234567...stuv");
    CHECK(shown(secret.substr(0, 31)) == "***");
    CHECK(shown("x") == "***");
    CHECK(shown("") == "***");
    CHECK(shown("\n" + std::string(30, 'x') + "\x1b") == "?xxxxxxx...xxx?");
}

TEST_CASE("a key is made from any text, and becomes none by itself") {
    CHECK(api_key("abc").reveal_the_secret() == "abc");
    CHECK(api_key(std::string("abc")).reveal_the_secret() == "abc");
    api_key const implicit = secret;
    CHECK(implicit.size() == secret.size());
    CHECK(api_key().empty());
    CHECK_FALSE(std::is_convertible_v<api_key, std::string>);
    CHECK_FALSE(std::is_convertible_v<api_key, std::string_view>);
    CHECK_FALSE(std::is_convertible_v<api_key, bool>);
    CHECK_FALSE(std::is_constructible_v<std::string, api_key>);
}

TEST_CASE("keys are copied and moved as values") {
    api_key first(secret);
    auto copy = first;
    CHECK(copy.reveal_the_secret() == secret);
    CHECK(first.reveal_the_secret() == secret);
    auto const moved = std::move(first);
    CHECK(moved.reveal_the_secret() == secret);
    copy = api_key("other");
    CHECK(copy.reveal_the_secret() == "other");
    auto const& same = copy;
    copy = same;
    CHECK(copy.reveal_the_secret() == "other");
}

TEST_CASE("memory that held a key holds it no more when it is given back") {
    watched = true;
    {
        api_key key(secret);
        auto copy = key;
        copy = api_key("0 another");
        auto const moved = std::move(key);
    }
    watched = false;
    CHECK(given_back == 3);
    CHECK(with_secret == 0);
}
