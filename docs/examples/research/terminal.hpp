// SPDX-License-Identifier: MIT
// Text for a terminal of 80 columns: colours where they are wanted, wrapping, padding.
#ifndef DOCS_EXAMPLES_RESEARCH_TERMINAL_HPP
#define DOCS_EXAMPLES_RESEARCH_TERMINAL_HPP

#include <sonde/transport/stream_transport.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace research {

inline constexpr std::size_t columns = 80;

/// On a terminal, unless NO_COLOR is set (https://no-color.org).
inline bool coloured() {
    static bool const chosen = [] {
        auto const* const refused = std::getenv("NO_COLOR");
        return (refused == nullptr || *refused == '\0') && sonde::stream_transport(stdout).is_terminal();
    }();
    return chosen;
}

enum class style { plain, bold, dim, red, green, yellow, cyan };

inline std::string paint(style how, std::string_view text) {
    constexpr std::string_view codes[] = {"", "1", "2", "31", "32", "33", "36"};
    auto const code = codes[static_cast<std::size_t>(how)];
    if (!coloured() || code.empty()) { return std::string(text); }
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

/// How many characters a text has; each takes one column, as those used here do.
inline std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The text on one line of at most `most` columns: control characters become spaces, the rest of a long one an ellipsis.
inline std::string fit(std::string_view text, std::size_t most) {
    std::string out;
    std::size_t used = 0;
    auto const cut = width(text) > most;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80 && ++used > most - (cut ? 1 : 0)) { break; }
        out.push_back(byte < 0x20 || byte == 0x7F ? ' ' : c);
    }
    return cut ? out + "…" : out;
}

inline std::string padded(std::string_view text, std::size_t to) {
    auto const fitted = fit(text, to);
    return fitted + std::string(to - width(fitted), ' ');
}
inline std::string right(std::string_view text, std::size_t to) {
    return std::string(to - (std::min)(to, width(text)), ' ') + std::string(text);
}

/// The words of a text on lines that begin with `indent`.
inline std::string wrapped(std::string_view text, std::string_view indent) {
    std::string out, line;
    auto const finish = [&] {
        if (!line.empty()) { out.append(indent).append(line).append("\n"); }
        line.clear();
    };
    while (!text.empty()) {
        auto const end = (std::min)(text.find(' '), text.size());
        auto const word = fit(text.substr(0, end), columns - indent.size());
        text.remove_prefix((std::min)(end + 1, text.size()));
        if (width(line) + 1 + width(word) > columns - width(indent)) { finish(); }
        line.append(line.empty() ? "" : " ").append(word);
    }
    finish();
    return out;
}

/// Three digits and a unit: 350 ns, 4.21 µs, 12.0 ms.
inline std::string duration_text(double nanoseconds) {
    constexpr char const* units[] = {"ns", "µs", "ms", "s"};
    std::size_t unit = 0;
    for (; unit < 3 && nanoseconds >= 999.5; ++unit) { nanoseconds /= 1000; }
    char text[32];
    std::snprintf(text, sizeof text, "%.*f ",
                  unit == 0 || nanoseconds >= 99.95 ? 0
                  : nanoseconds >= 9.995            ? 1
                                                    : 2,
                  nanoseconds);
    return std::string(text) + units[unit];
}

}  // namespace research

#endif
