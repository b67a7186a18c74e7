// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sonde/codec/terminal_text.hpp>

#include <string>
#include <string_view>

namespace {
std::string shown(std::string_view text) {
    std::string out = ">";
    sonde::append_terminal_text(out, text);
    return out.substr(1);
}
}  // namespace

TEST_CASE("readable text is shown as it is") {
    CHECK(shown("") == "");
    CHECK(shown("plain \"text\" \\ with é € 😀 مرحبا") == "plain \"text\" \\ with é € 😀 مرحبا");
}

TEST_CASE("nothing in a text ends the line, moves the cursor or changes a colour") {
    CHECK(shown("a\nb\rc\td") == "a\\nb\\rc\\td");
    CHECK(shown("\x1b[31m\x07\x08") == "\\x1b[31m\\x07\\x08");
    CHECK(shown(std::string_view("\0", 1)) == "\\x00");
    CHECK(shown("\x7f") == "\\x7f");
    CHECK(shown("\xC2\x9B"
                "31m") == "\\x9b31m");  // the one-character form of ESC [
    CHECK(shown("\xC2\x85") == "\\x85");
    CHECK(shown("\xE2\x80\xA8\xE2\x80\xA9") == "\\u{2028}\\u{2029}");
    for (int byte = 0; byte < 0x20; ++byte) {
        auto const text = shown(std::string(1, static_cast<char>(byte)));
        CHECK(text.size() > 1);
        CHECK(text[0] == '\\');
    }
}

TEST_CASE("nothing in a text turns the direction of what follows") {
    CHECK(shown("\xE2\x80\xAE") == "\\u{202e}");
    CHECK(shown("\xE2\x81\xA6") == "\\u{2066}");
    CHECK(shown("\xE2\x80\x8F") == "\\u{200f}");
    CHECK(shown("\xD8\x9C") == "\\u{061c}");
}

TEST_CASE("bytes that are no text are replaced") {
    CHECK(shown("\xff\x9b") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(shown("a\xE2\x80") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
}
