// SPDX-License-Identifier: MIT
// Words, sentences and plain text, as the research agent needs them.
#ifndef DOCS_EXAMPLES_RESEARCH_TEXT_HPP
#define DOCS_EXAMPLES_RESEARCH_TEXT_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace research {

/// Whether a word is too common to tell passages apart.
inline bool is_common(std::string_view word) {
    static constexpr std::array common{
        "a",    "about", "an",   "and",   "any",   "are", "as",   "at",   "be",   "by",    "can",  "do",  "does",
        "for",  "from",  "has",  "have",  "how",   "i",   "if",   "in",   "into", "is",    "it",   "its", "me",
        "much", "my",    "not",  "of",    "on",    "or",  "that", "the",  "then", "there", "this", "to",  "was",
        "we",   "what",  "when", "where", "which", "who", "why",  "will", "with", "would", "you",  "your"};
    return std::find(common.begin(), common.end(), word) != common.end();
}

/// The words of a text that tell it apart, in lower case, without the s of plurals and verbs. Bytes beyond ASCII are
/// letters.
inline std::vector<std::string> terms(std::string_view text) {
    std::vector<std::string> all;
    std::string word;
    auto const finish = [&] {
        if (!word.empty() && !is_common(word)) {
            if (word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's') { word.pop_back(); }
            all.push_back(std::move(word));
        }
        word.clear();
    };
    for (char const c : text) {
        auto const upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0) {
            word.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
        } else {
            finish();
        }
    }
    finish();
    return all;
}

/// Text without Markdown's marks: emphasis, code, links' targets.
inline std::string plain(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`') { continue; }
        if (text.substr(i).starts_with("**")) {
            ++i;
            continue;
        }
        if (text[i] == '[') { continue; }
        if (text[i] == ']') {
            if (auto const close = text.find(')', i); text.substr(i).starts_with("](") && close != text.npos) {
                i = close;
            }
            continue;
        }
        out.push_back(text[i]);
    }
    return out;
}

/// The text cut after each . ? or ! that a space follows.
inline std::vector<std::string> sentences(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t start = 0; start < text.size();) {
        auto end = start;
        do {
            end = text.find_first_of(".?!", end + 1);
        } while (end != text.npos && end + 1 < text.size() && text[end + 1] != ' ');
        auto const last = end == text.npos ? text.size() : end + 1;
        all.emplace_back(text.substr(start, last - start));
        start = text.find_first_not_of(' ', last);
        if (start == text.npos) { break; }
    }
    return all;
}

/// Where Markdown's links in a text lead, as written.
inline std::vector<std::string> links(std::string_view text) {
    std::vector<std::string> all;
    for (auto at = text.find("]("); at != text.npos; at = text.find("](", at + 1)) {
        auto const target = text.substr(at + 2, text.find_first_of(")# ", at + 2) - at - 2);
        if (!target.empty() && target.find(':') == target.npos) { all.emplace_back(target); }
    }
    return all;
}

}  // namespace research

#endif
